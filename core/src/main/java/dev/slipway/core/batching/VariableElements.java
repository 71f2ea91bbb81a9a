package dev.slipway.core.batching;

import dev.slipway.api.DType;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Walks over elements of variable size, as {@link DType} lays them out, without trusting their lengths. */
public final class VariableElements {
    private static final int LENGTH_BYTES = 4;
    private static final int SHOWN_BYTES_MAX = 40;

    private VariableElements() {}

    /**
     * Where the element that starts at {@code from} ends.
     *
     * @param dtype STRING or MAP
     * @param data little-endian; its position is not used
     * @return an offset up to the limit; -1 when the element goes beyond it
     */
    public static int end(DType dtype, ByteBuffer data, int from) {
        return dtype == DType.STRING ? blockEnd(data, from, 0) : mapEnd(data, from);
    }

    /** Where the {@code count} elements that start at {@code from} end; -1 when they go beyond the limit. */
    public static int end(DType dtype, ByteBuffer data, int from, long count) {
        int at = from;
        for (long left = count; left > 0 && at >= 0; left--) {
            at = end(dtype, data, at);
        }
        return at;
    }

    /** Whether a tensor of variable elements holds as many as its shape says, and nothing behind them. */
    static boolean areComplete(Tensor tensor) {
        ByteBuffer data = tensor.data();
        return end(tensor.dtype(), data, 0, tensor.elementCount()) == data.limit();
    }

    /** The text whose length stands at {@code at}, which must be complete, as messages show it. */
    static String shown(ByteBuffer data, int at) {
        int length = data.getInt(at);
        byte[] bytes = new byte[Math.min(length, SHOWN_BYTES_MAX)];
        data.get(at + LENGTH_BYTES, bytes);
        return "'%s'%s".formatted(new String(bytes, StandardCharsets.UTF_8), bytes.length < length ? "..." : "");
    }

    private static int mapEnd(ByteBuffer data, int from) {
        if (data.limit() - from < LENGTH_BYTES) {
            return -1;
        }
        int at = from + LENGTH_BYTES;
        for (long left = Integer.toUnsignedLong(data.getInt(from)); left > 0 && at >= 0; left--) {
            at = blockEnd(data, at, Float.BYTES);
        }
        return at;
    }

    /** The end of a length, as many bytes, and {@code behind} more. */
    private static int blockEnd(ByteBuffer data, int from, int behind) {
        if (data.limit() - from < LENGTH_BYTES) {
            return -1;
        }
        long end = from + LENGTH_BYTES + Integer.toUnsignedLong(data.getInt(from)) + behind;
        return end > data.limit() ? -1 : (int) end;
    }
}
