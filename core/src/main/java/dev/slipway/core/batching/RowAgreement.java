package dev.slipway.core.batching;

import dev.slipway.api.DType;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares what rows were answered in a joined run and alone. A runtime adds numbers up in another order for another
 * number of rows, so floating-point numbers agree when they are close; all else has to be equal.
 */
final class RowAgreement {
    private RowAgreement() {}

    /**
     * What differs; null when nothing does.
     *
     * <p>Floats agree within 1e-3 of the larger of the two plus 1e-5 of the tensor's largest; those of 16 bits within
     * 2e-2 and 2e-4. NaN agrees with NaN, an infinity with the same.
     *
     * @return such as {@code output 'y' is 0.75 alone and 0.1 joined}
     */
    static @Nullable String difference(Map<String, Tensor> joined, Map<String, Tensor> alone) {
        for (Map.Entry<String, Tensor> entry : alone.entrySet()) {
            Tensor other = joined.get(entry.getKey());
            String difference = other == null ? "is missing when joined" : difference(other, entry.getValue());
            if (difference != null) {
                return "output '%s' %s".formatted(entry.getKey(), difference);
            }
        }
        if (joined.size() != alone.size()) {
            return "outputs are %s alone and %s joined".formatted(alone.keySet(), joined.keySet());
        }
        return null;
    }

    private static @Nullable String difference(Tensor joined, Tensor alone) {
        DType dtype = alone.dtype();
        if (joined.dtype() != dtype) {
            return is(dtype, joined.dtype());
        }
        if (!joined.shape().equals(alone.shape())) {
            return "has shape %s alone and %s joined".formatted(alone.shape(), joined.shape());
        }
        ByteBuffer one = alone.data();
        ByteBuffer other = joined.data();
        int mismatch = one.mismatch(other);
        if (mismatch < 0) {
            return null;
        }
        if (dtype.isFloat()) {
            return FloatAgreement.difference(dtype, other, one, mismatch / dtype.byteSize());
        }
        if (dtype == DType.MAP) {
            return new MapAgreement(other, one).difference(alone.elementCount());
        }
        if (dtype == DType.STRING) {
            return texts(other, one, alone.elementCount());
        }
        int index = mismatch / dtype.byteSize();
        return is(whole(dtype, one, index), whole(dtype, other, index)) + element(index, alone.elementCount());
    }

    static String is(Object alone, Object joined) {
        return "is %s alone and %s joined".formatted(alone, joined);
    }

    /** Which one of several; nothing when there is just one. */
    static String element(long index, long count) {
        return count > 1 ? " (element %d of %d)".formatted(index, count) : "";
    }

    private static String texts(ByteBuffer joined, ByteBuffer alone, long count) {
        int at = 0;
        for (long index = 0; index < count; index++) {
            int end = VariableElements.end(DType.STRING, alone, at);
            int otherEnd = VariableElements.end(DType.STRING, joined, at);
            if (end < 0 || otherEnd < 0) {
                break;
            }
            // Up to here both were equal, so that both elements start at the same place.
            if (end != otherEnd || !alone.slice(at, end - at).equals(joined.slice(at, end - at))) {
                return is(VariableElements.shown(alone, at), VariableElements.shown(joined, at))
                        + element(index, count);
            }
            at = end;
        }
        return "is not laid out as text";
    }

    private static String whole(DType dtype, ByteBuffer data, int index) {
        return switch (dtype) {
            case BOOL -> data.get(index) == 0 ? "false" : "true";
            case INT8 -> Byte.toString(data.get(index));
            case UINT8 -> Integer.toString(Byte.toUnsignedInt(data.get(index)));
            case INT16 -> Short.toString(data.getShort(index * 2));
            case UINT16 -> Integer.toString(Short.toUnsignedInt(data.getShort(index * 2)));
            case INT32 -> Integer.toString(data.getInt(index * 4));
            case UINT32 -> Integer.toUnsignedString(data.getInt(index * 4));
            case INT64 -> Long.toString(data.getLong(index * 8));
            case UINT64 -> Long.toUnsignedString(data.getLong(index * 8));
            default -> throw new IllegalArgumentException("dtype: %s (expected: whole numbers)".formatted(dtype));
        };
    }
}
