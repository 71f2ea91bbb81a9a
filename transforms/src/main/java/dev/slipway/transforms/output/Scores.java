package dev.slipway.transforms.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Maps from names to numbers, as classifiers answer them, each with the largest first, NaN before all.
 *
 * @param shape of the tensor of maps
 * @param rows a list for each of its elements
 */
record Scores(Shape shape, List<List<Entry>> rows) {
    /** One name and its number. */
    record Entry(String name, float score) {}

    /** Java's own order has NaN above all; equal numbers are told apart by name, since maps have no order of their own. */
    private static final Comparator<Entry> LARGEST_FIRST =
            Comparator.comparingDouble(Entry::score).reversed().thenComparing(Entry::name);

    static Scores read(String output, Tensor tensor) {
        ByteBuffer data = tensor.data();
        long count = tensor.elementCount();
        List<List<Entry>> rows = new ArrayList<>();
        for (long row = 0; row < count; row++) {
            int entries = data.getInt();
            List<Entry> map = new ArrayList<>();
            for (int i = 0; i < entries; i++) {
                byte[] name = new byte[data.getInt()];
                data.get(name);
                map.add(new Entry(new String(name, UTF_8), data.getFloat()));
            }
            if (map.isEmpty()) {
                throw new SlipwayException(
                        ErrorCode.FAILED_PRECONDITION,
                        "output '%s', row %d: an empty map (expected: at least one class)".formatted(output, row));
            }
            map.sort(LARGEST_FIRST);
            rows.add(map);
        }
        return new Scores(tensor.shape(), rows);
    }

    /** Entries of the largest map; 0 without rows. */
    int widest() {
        return rows.stream().mapToInt(List::size).max().orElse(0);
    }

    /** A shape with an axis more at its end. */
    static Shape appended(Shape shape, long size) {
        if (shape.isAnyRank()) {
            return shape;
        }
        long[] dims = Arrays.copyOf(shape.dims(), shape.rank() + 1);
        dims[shape.rank()] = size;
        return Shape.of(dims);
    }
}
