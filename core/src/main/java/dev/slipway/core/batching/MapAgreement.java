package dev.slipway.core.batching;

import dev.slipway.api.DType;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Compares two tensors of maps from text to float32: the same keys, in whatever order, and values that are close. */
final class MapAgreement {
    private static final String MALFORMED = "is not laid out as maps";

    private final ByteBuffer joined;
    private final ByteBuffer alone;

    /** Both little-endian, from 0 to the limit. */
    MapAgreement(ByteBuffer joined, ByteBuffer alone) {
        this.joined = joined;
        this.alone = alone;
    }

    /** What differs in {@code count} maps; see {@link RowAgreement}. */
    @Nullable
    String difference(long count) {
        if (VariableElements.end(DType.MAP, joined, 0, count) < 0
                || VariableElements.end(DType.MAP, alone, 0, count) < 0) {
            return MALFORMED;
        }
        FloatAgreement agreement = new FloatAgreement(DType.FP32, largest(count));
        int at = 0;
        int otherAt = 0;
        for (long index = 0; index < count; index++) {
            String difference = difference(at, otherAt, agreement);
            if (difference != null) {
                return difference + RowAgreement.element(index, count);
            }
            at = VariableElements.end(DType.MAP, alone, at);
            otherAt = VariableElements.end(DType.MAP, joined, otherAt);
        }
        return null;
    }

    private double largest(long count) {
        double largest = 0;
        int at = 0;
        for (long index = 0; index < count; index++) {
            int entries = alone.getInt(at);
            at += 4;
            for (int i = 0; i < entries; i++) {
                at = valueAt(alone, at);
                largest = FloatAgreement.larger(largest, alone.getFloat(at));
                at += Float.BYTES;
            }
        }
        return largest;
    }

    private @Nullable String difference(int start, int otherStart, FloatAgreement agreement) {
        int entries = alone.getInt(start);
        if (joined.getInt(otherStart) != entries) {
            return "has %d keys alone and %d joined".formatted(entries, joined.getInt(otherStart));
        }
        int at = start + 4;
        int likely = otherStart + 4;
        for (int i = 0; i < entries; i++) {
            int found = isSameKey(at, likely) ? likely : find(at, otherStart, entries);
            if (found < 0) {
                return "has key %s alone and not joined".formatted(VariableElements.shown(alone, at));
            }
            float one = alone.getFloat(valueAt(alone, at));
            float other = joined.getFloat(valueAt(joined, found));
            if (!agreement.holds(one, other)) {
                return "%s for key %s".formatted(RowAgreement.is(one, other), VariableElements.shown(alone, at));
            }
            at = valueAt(alone, at) + Float.BYTES;
            likely = valueAt(joined, likely) + Float.BYTES;
        }
        return null;
    }

    /** Where the joined map has the key that {@code alone} has at {@code at}; -1 when it has not. */
    private int find(int at, int otherStart, int entries) {
        int otherAt = otherStart + 4;
        for (int i = 0; i < entries; i++) {
            if (isSameKey(at, otherAt)) {
                return otherAt;
            }
            otherAt = valueAt(joined, otherAt) + Float.BYTES;
        }
        return -1;
    }

    private boolean isSameKey(int at, int otherAt) {
        int length = alone.getInt(at);
        if (joined.getInt(otherAt) != length) {
            return false;
        }
        for (int i = 4; i < length + 4; i++) {
            if (alone.get(at + i) != joined.get(otherAt + i)) {
                return false;
            }
        }
        return true;
    }

    /** Where the value of the entry at {@code at} starts: behind the key's length and the key. */
    private static int valueAt(ByteBuffer data, int at) {
        return at + 4 + data.getInt(at);
    }
}
