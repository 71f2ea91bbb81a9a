package dev.slipway.core.batching;

import dev.slipway.api.DType;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** How close two floating-point numbers must be to agree. */
public final class FloatAgreement {
    private static final double RELATIVE = 1e-3;
    private static final double RELATIVE_16_BITS = 2e-2;

    /** Sums that cancel out are as wrong as their largest parts: this much of the tensor's largest, of the above. */
    private static final double OF_LARGEST = 1e-2;

    private final double relative;
    private final double absolute;

    /** @param largest the largest finite magnitude of the tensor */
    FloatAgreement(DType dtype, double largest) {
        this.relative = dtype.byteSize() == 2 ? RELATIVE_16_BITS : RELATIVE;
        this.absolute = relative * OF_LARGEST * largest;
    }

    /**
     * Compares from element {@code from} on; see {@link RowAgreement}.
     *
     * @param joined of the dtype, as many elements as {@code alone}
     */
    static @Nullable String difference(DType dtype, ByteBuffer joined, ByteBuffer alone, int from) {
        int count = alone.limit() / dtype.byteSize();
        double largest = 0;
        for (int i = 0; i < count; i++) {
            largest = larger(largest, value(dtype, alone, i));
        }
        FloatAgreement agreement = new FloatAgreement(dtype, largest);
        for (int i = from; i < count; i++) {
            double one = value(dtype, alone, i);
            double other = value(dtype, joined, i);
            if (!agreement.holds(one, other)) {
                return RowAgreement.is(shown(dtype, one), shown(dtype, other)) + RowAgreement.element(i, count);
            }
        }
        return null;
    }

    /** The larger of {@code largest} and the magnitude of {@code value}, unless that is infinite or NaN. */
    static double larger(double largest, double value) {
        double magnitude = Math.abs(value);
        return magnitude > largest && magnitude < Double.POSITIVE_INFINITY ? magnitude : largest;
    }

    boolean holds(double one, double other) {
        if (one == other || (Double.isNaN(one) && Double.isNaN(other))) {
            return true;
        }
        double larger = Math.max(Math.abs(one), Math.abs(other));
        // Not so when one is infinite; and no comparison with NaN holds.
        return larger < Double.POSITIVE_INFINITY && Math.abs(one - other) <= relative * larger + absolute;
    }

    private static String shown(DType dtype, double value) {
        return dtype == DType.FP64 ? Double.toString(value) : Float.toString((float) value);
    }

    private static double value(DType dtype, ByteBuffer data, int index) {
        return switch (dtype) {
            case FP64 -> data.getDouble(index * 8);
            case FP32 -> data.getFloat(index * 4);
            case BF16 -> Float.intBitsToFloat(data.getShort(index * 2) << 16);
            case FP16 -> half(data.getShort(index * 2));
            default -> throw new IllegalArgumentException("dtype: %s (expected: floats)".formatted(dtype));
        };
    }

    /** The value of an IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction. */
    public static float half(short bits) {
        int exponent = (bits >> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        float magnitude = switch (exponent) {
            case 0 -> fraction * 0x1p-24f;
            case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
            default -> Float.intBitsToFloat(((exponent + 112) << 23) | (fraction << 13));
        };
        return bits < 0 ? -magnitude : magnitude;
    }
}
