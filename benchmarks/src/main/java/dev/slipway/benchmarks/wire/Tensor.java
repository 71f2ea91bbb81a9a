package dev.slipway.benchmarks.wire;

import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;

/**
 * A named float32 tensor of one row.
 *
 * @param name as the model calls it
 * @param shape the first dimension is the batch's, 1
 * @param values row-major; as many as the shape holds
 */
public record Tensor(String name, List<Long> shape, List<Float> values) {
    /** Checks that the values fill the shape. */
    public Tensor {
        shape = List.copyOf(shape);
        values = List.copyOf(values);
        long count = shape.stream().reduce(1L, (one, other) -> one * other);
        if (shape.isEmpty() || shape.get(0) != 1 || count != values.size()) {
            throw new IllegalArgumentException(
                    "tensor '%s' has shape %s and %d values (expected: one row that fills it)"
                            .formatted(name, shape, values.size()));
        }
    }

    /** Of shape {@code [1, values.size()]}. */
    public static Tensor row(String name, List<Float> values) {
        return new Tensor(name, List.of(1L, (long) values.size()), values);
    }

    /** The bytes of its values. */
    public int bytes() {
        return values.size() * Float.BYTES;
    }

    /** The values as arrays in arrays, from the first dimension on. */
    JsonArray nested() {
        return nested(0, new int[] {0});
    }

    private JsonArray nested(int dimension, int[] next) {
        List<Object> items = new ArrayList<>();
        for (long item = 0; item < shape.get(dimension); item++) {
            items.add(dimension == shape.size() - 1 ? values.get(next[0]++) : nested(dimension + 1, next));
        }
        return new JsonArray(items);
    }
}
