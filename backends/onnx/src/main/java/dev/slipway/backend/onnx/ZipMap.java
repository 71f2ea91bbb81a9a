package dev.slipway.backend.onnx;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.RESOURCE_EXHAUSTED;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What ONNX's operator ZipMap does, without an object for each map and entry: scores of classes in, maps from label to
 * score out, in the layout of {@link DType#MAP} with the labels in ascending order. Labels being the model's own, each
 * row has the same bytes but for the scores.
 */
final class ZipMap {
    private final byte[] row;
    /** Of each column of the scores: where in a row its score stands. */
    private final int[] places;

    private ZipMap(byte[] row, int[] places) {
        this.row = row;
        this.places = places;
    }

    /** @param labels of the columns, each another */
    static <L extends Comparable<L>> ZipMap of(List<L> labels) {
        if (labels.isEmpty() || new TreeSet<>(labels).size() < labels.size()) {
            throw new IllegalArgumentException("labels: %s (expected: some, each once)".formatted(labels));
        }
        Integer[] ascending = IntStream.range(0, labels.size()).boxed().toArray(Integer[]::new);
        Arrays.sort(ascending, Comparator.comparing(labels::get));
        byte[][] keys = new byte[ascending.length][];
        int bytes = Integer.BYTES;
        for (int i = 0; i < keys.length; i++) {
            keys[i] = labels.get(ascending[i]).toString().getBytes(StandardCharsets.UTF_8);
            bytes = Math.addExact(bytes, keys[i].length + 2 * Integer.BYTES);
        }
        ByteBuffer row =
                ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(keys.length);
        int[] places = new int[keys.length];
        for (int i = 0; i < keys.length; i++) {
            row.putInt(keys[i].length).put(keys[i]);
            places[ascending[i]] = row.position();
            row.putInt(0);
        }
        return new ZipMap(row.array(), places);
    }

    /**
     * How many maps become of scores of that shape.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} when they are no {@code [rows, labels]} or {@code [labels]}
     */
    int rows(Shape scores) {
        int rank = scores.rank();
        if (rank < 1 || rank > 2 || scores.dim(rank - 1) != places.length) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "scores of shape %s do not fit the model's labels (expected: [any, %d])"
                            .formatted(scores, places.length));
        }
        return rank == 1 ? 1 : (int) Math.min(Integer.MAX_VALUE, scores.dim(0));
    }

    /** Bytes of so many maps. */
    int bytes(int rows) {
        long bytes = (long) rows * row.length;
        if (bytes > Integer.MAX_VALUE) {
            throw new SlipwayException(
                    RESOURCE_EXHAUSTED, "%d maps have %d bytes (expected: less than 2 GiB)".formatted(rows, bytes));
        }
        return (int) bytes;
    }

    /** So many maps, whose scores are zero. */
    byte[] rows(int rows) {
        byte[] maps = new byte[bytes(rows)];
        for (int at = 0; at < maps.length; at += row.length) {
            System.arraycopy(row, 0, maps, at, row.length);
        }
        return maps;
    }

    /** Writes float32 scores into maps that {@link #rows(int)} made; as bits, so that no NaN becomes another. */
    void write(Tensor scores, ByteBuffer maps) {
        ByteBuffer data = scores.data();
        int at = 0;
        for (int from = 0; from < data.limit(); at += row.length) {
            for (int place : places) {
                maps.putInt(at + place, data.getInt(from));
                from += Float.BYTES;
            }
        }
    }

    /** Maps of their own memory. */
    Tensor maps(Tensor scores) {
        int rows = rows(scores.shape());
        ByteBuffer maps = ByteBuffer.wrap(rows(rows)).order(ByteOrder.LITTLE_ENDIAN);
        write(scores, maps);
        return new Tensor(DType.MAP, Shape.of(rows), maps);
    }
}
