package dev.slipway.core.traffic;

import dev.slipway.api.DType;
import dev.slipway.api.Tensor;
import dev.slipway.core.batching.FloatAgreement;
import dev.slipway.core.batching.VariableElements;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What sets two answers to one request apart. Names, dtypes, shapes, texts and truth values have to be equal, numbers within a
 * tolerance; NaN equals NaN, an infinity the same.
 */
final class OutputComparison {
    private final double tolerance;
    private double largestDifference;
    private @Nullable String firstDifference;

    private OutputComparison(double tolerance) {
        this.tolerance = tolerance;
    }

    /** @param tolerance as {@link Shadow#tolerance()} */
    static OutputComparison of(Map<String, Tensor> first, Map<String, Tensor> second, double tolerance) {
        OutputComparison comparison = new OutputComparison(tolerance);
        if (!first.keySet().equals(second.keySet())) {
            comparison.differs("outputs %s and %s".formatted(first.keySet(), second.keySet()));
        }
        first.forEach((name, tensor) -> {
            Tensor other = second.get(name);
            if (other != null) {
                comparison.compare(name, tensor, other);
            }
        });
        return comparison;
    }

    /** Such as {@code output 'y' at 3: 0.75 and 0.1}; null when both agree. */
    @Nullable
    String firstDifference() {
        return firstDifference;
    }

    /** See {@link ShadowState#largestDifference()}. */
    double largestDifference() {
        return largestDifference;
    }

    private void differs(String difference) {
        if (firstDifference == null) {
            firstDifference = difference;
        }
    }

    private void compare(String name, Tensor one, Tensor other) {
        if (one.dtype() != other.dtype() || !one.shape().equals(other.shape())) {
            differs("output '%s': %s and %s".formatted(name, one, other));
            return;
        }
        ByteBuffer data = one.data();
        ByteBuffer otherData = other.data();
        int mismatch = data.mismatch(otherData);
        if (mismatch < 0) {
            return;
        }
        DType dtype = one.dtype();
        switch (dtype) {
            case STRING -> differs("output '%s' at %d: texts".formatted(name, textAt(data, mismatch)));
            case BOOL -> differs("output '%s' at %d: truth values".formatted(name, mismatch));
            case MAP -> compareMaps(name, maps(one), maps(other));
            default -> {
                for (int i = mismatch / dtype.byteSize(); i < one.elementCount(); i++) {
                    compareNumbers(name, i, number(dtype, data, i), number(dtype, otherData, i));
                }
            }
        }
    }

    private void compareNumbers(String name, long at, Number first, Number second) {
        double one = first.doubleValue();
        double other = second.doubleValue();
        boolean isWhole = !(first instanceof Float || first instanceof Double);
        boolean isEqual = isWhole ? first.equals(second) : one == other;
        if (isEqual || (Double.isNaN(one) && Double.isNaN(other))) {
            return;
        }
        double distance = Math.abs(one - other);
        boolean isFinite = distance < Double.POSITIVE_INFINITY;
        // Two long whole numbers may differ by less than a double can tell.
        double difference = isFinite ? Math.max(distance, isWhole ? 1 : 0) : Double.POSITIVE_INFINITY;
        largestDifference = Math.max(largestDifference, difference);
        if (!isFinite || difference > tolerance * Math.max(1, Math.abs(one))) {
            differs("output '%s' at %d: %s and %s".formatted(name, at, first, second));
        }
    }

    private static Number number(DType dtype, ByteBuffer data, int index) {
        return switch (dtype) {
            case INT8 -> (long) data.get(index);
            case UINT8 -> (long) Byte.toUnsignedInt(data.get(index));
            case INT16 -> (long) data.getShort(index * 2);
            case UINT16 -> (long) Short.toUnsignedInt(data.getShort(index * 2));
            case INT32 -> (long) data.getInt(index * 4);
            case UINT32 -> Integer.toUnsignedLong(data.getInt(index * 4));
            case INT64 -> data.getLong(index * 8);
            case UINT64 -> unsigned(data.getLong(index * 8));
            case FP16 -> FloatAgreement.half(data.getShort(index * 2));
            case BF16 -> Float.intBitsToFloat(data.getShort(index * 2) << 16);
            case FP32 -> data.getFloat(index * 4);
            case FP64 -> data.getDouble(index * 8);
            default -> throw new IllegalArgumentException("dtype: %s (expected: numbers)".formatted(dtype));
        };
    }

    private static Number unsigned(long bits) {
        return bits >= 0 ? (Number) bits : new BigInteger(Long.toUnsignedString(bits));
    }

    /** The text in which byte {@code at} lies; up to there both are alike. */
    private static int textAt(ByteBuffer data, int at) {
        int index = 0;
        int end = VariableElements.end(DType.STRING, data, 0);
        while (end >= 0 && end <= at) {
            index++;
            end = VariableElements.end(DType.STRING, data, end);
        }
        return index;
    }

    private void compareMaps(String name, List<Map<ByteBuffer, Float>> ones, List<Map<ByteBuffer, Float>> others) {
        for (int i = 0; i < ones.size(); i++) {
            Map<ByteBuffer, Float> other = others.get(i);
            if (!ones.get(i).keySet().equals(other.keySet())) {
                differs("output '%s' at %d: keys".formatted(name, i));
            } else {
                int at = i;
                ones.get(i).forEach((key, value) -> compareNumbers(name, at, value, other.getOrDefault(key, value)));
            }
        }
    }

    private static List<Map<ByteBuffer, Float>> maps(Tensor tensor) {
        ByteBuffer data = tensor.data();
        if (VariableElements.end(DType.MAP, data, 0, tensor.elementCount()) < 0) {
            throw new IllegalArgumentException("tensor %s is not laid out as maps".formatted(tensor));
        }
        List<Map<ByteBuffer, Float>> maps = new ArrayList<>();
        for (long left = tensor.elementCount(); left > 0; left--) {
            Map<ByteBuffer, Float> map = new LinkedHashMap<>();
            for (int entries = data.getInt(); entries > 0; entries--) {
                int length = data.getInt();
                ByteBuffer key = data.slice(data.position(), length);
                data.position(data.position() + length);
                map.put(key, data.getFloat());
            }
            maps.add(map);
        }
        return maps;
    }
}
