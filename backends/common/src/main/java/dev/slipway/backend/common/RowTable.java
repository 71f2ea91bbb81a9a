package dev.slipway.backend.common;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;

import dev.slipway.api.DType;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request of named columns, one tensor of shape {@code [rows]} each, read row by row. A column that is not there is missing
 * in every row; so are NaN and empty text.
 */
public final class RowTable {
    private final int rows;
    private final Map<String, double[]> numbers = new HashMap<>();
    private final Map<String, @Nullable String[]> texts = new HashMap<>();

    /**
     * @param signature whose inputs are FP32, FP64 or STRING, of shape {@code [-1]}
     * @throws SlipwayException {@code INVALID_ARGUMENT} for inputs that don't fit it, or each other, and for none at all
     */
    public RowTable(Signature signature, Map<String, Tensor> inputs) {
        signature.check(inputs, List.of());
        if (inputs.isEmpty()) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "the request has no inputs (expected: at least one of %s)"
                            .formatted(signature.inputs().stream()
                                    .map(TensorSpec::name)
                                    .limit(10)
                                    .toList()));
        }
        int count = -1;
        for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
            Tensor tensor = input.getValue();
            int size = (int) tensor.shape().dim(0);
            if (count >= 0 && size != count) {
                throw new SlipwayException(
                        INVALID_ARGUMENT,
                        "input '%s' has %d rows (expected: %d, as the others)".formatted(input.getKey(), size, count));
            }
            count = size;
            if (tensor.dtype() == DType.STRING) {
                texts.put(input.getKey(), texts(input.getKey(), tensor));
            } else {
                numbers.put(input.getKey(), numbers(tensor));
            }
        }
        rows = count;
    }

    public int rows() {
        return rows;
    }

    /** A number; NaN where it is missing. */
    public double number(String column, int row) {
        double[] values = numbers.get(column);
        return values == null ? Double.NaN : values[row];
    }

    /** Text; null where it is missing. */
    public @Nullable String text(String column, int row) {
        @Nullable String[] values = texts.get(column);
        return values == null ? null : values[row];
    }

    private static double[] numbers(Tensor tensor) {
        double[] values = new double[(int) tensor.elementCount()];
        ByteBuffer data = tensor.data();
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.dtype() == DType.FP32 ? data.getFloat() : data.getDouble();
        }
        return values;
    }

    private static @Nullable String[] texts(String name, Tensor tensor) {
        ByteBuffer data = tensor.data();
        if (tensor.elementCount() > data.remaining() / 4) {
            throw odd(name, tensor);
        }
        @Nullable String[] values = new String[(int) tensor.elementCount()];
        for (int i = 0; i < values.length; i++) {
            int length = data.remaining() < 4 ? -1 : data.getInt();
            if (length < 0 || length > data.remaining()) {
                throw odd(name, tensor);
            }
            byte[] bytes = new byte[length];
            data.get(bytes);
            values[i] = length == 0 ? null : new String(bytes, StandardCharsets.UTF_8);
        }
        if (data.hasRemaining()) {
            throw odd(name, tensor);
        }
        return values;
    }

    private static SlipwayException odd(String name, Tensor tensor) {
        return new SlipwayException(
                INVALID_ARGUMENT,
                "input '%s': %d bytes are not %d strings (expected: for each a 4-byte length and its bytes)"
                        .formatted(name, tensor.byteCount(), tensor.elementCount()));
    }
}
