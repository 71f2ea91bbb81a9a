package dev.slipway.backend.forest;

/**
 * Functions of float32 as the C libraries of our day compute them, to the bit: XGBoost and ONNX Runtime call these.
 *
 * @see <a href="https://github.com/ARM-software/optimized-routines">Arm's optimized routines, on which glibc's and musl's are
 *     founded: e^x as 2^(k/32) from a table, times a cubic in what is left</a>
 */
public final class FloatMath {
    private static final int STEPS = 32;
    private static final double ROUNDER = 0x1.8p52;
    private static final double STEPS_OF_E = 0x1.71547652b82fep0 * STEPS;
    private static final double C3 = 0x1.c6af84b912394p-5 / STEPS / STEPS / STEPS;
    private static final double C2 = 0x1.ebfce50fac4f3p-3 / STEPS / STEPS;
    private static final double C1 = 0x1.62e42ff0c52d6p-1 / STEPS;
    /** Beyond, e^x is more than float32 holds, or less. */
    private static final float OVERFLOW = 0x1.62e42ep6f;

    private static final float UNDERFLOW = -0x1.9fe368p6f;

    /** The bits of 2^(i/32), less those that i adds to the exponent. */
    private static final long[] POWERS = new long[STEPS];

    static {
        for (int i = 0; i < STEPS; i++) {
            POWERS[i] = Double.doubleToRawLongBits(StrictMath.pow(2, i / (double) STEPS)) - ((long) i << 52) / STEPS;
        }
    }

    /** Of each sixteenth of an octave: about its centre's reciprocal, and minus the logarithm of that. */
    private static final double[] RECIPROCALS = {
        0x1.661ec79f8f3bep0, 0x1.571ed4aaf883dp0, 0x1.49539f0f010bp0, 0x1.3c995b0b80385p0,
        0x1.30d190c8864a5p0, 0x1.25e227b0b8eap0, 0x1.1bb4a4a1a343fp0, 0x1.12358f08ae5bap0,
        0x1.0953f419900a7p0, 0x1p0, 0x1.e608cfd9a47acp-1, 0x1.ca4b31f026aap-1,
        0x1.b2036576afce6p-1, 0x1.9c2d163a1aa2dp-1, 0x1.886e6037841edp-1, 0x1.767dcf5534862p-1
    };

    private static final int SIXTEENTHS_FROM = 0x3f330000;
    private static final double LN2 = 0x1.62e42fefa39efp-1;
    private static final double L4 = -0x1.00ea348b88334p-2;
    private static final double L3 = 0x1.5575b0be00b6ap-2;
    private static final double L2 = -0x1.ffffef20a4123p-2;

    private FloatMath() {}

    /** The natural logarithm, within 0.818 units in the last place. */
    public static float log(float x) {
        if (!(x > 0) || x == Float.POSITIVE_INFINITY) {
            return (float) Math.log(x);
        }
        int bits = Float.floatToRawIntBits(x);
        if (bits < 1 << 23) {
            bits = Float.floatToRawIntBits(x * 0x1p23f) - (23 << 23);
        }
        int from = bits - SIXTEENTHS_FROM;
        int exponent = from >> 23;
        double reciprocal = RECIPROCALS[from >> 19 & 15];
        double rest = Float.intBitsToFloat(bits - (exponent << 23)) * reciprocal - 1;
        double start = -StrictMath.log(reciprocal) + exponent * LN2;
        double square = rest * rest;
        return (float) ((L4 * square + (L3 * rest + L2)) * square + (start + rest));
    }

    /** e^x, within 0.502 units in the last place. */
    public static float exp(float x) {
        if (x > OVERFLOW) {
            return Float.POSITIVE_INFINITY;
        } else if (x < UNDERFLOW) {
            return 0;
        } else if (Float.isNaN(x)) {
            return x;
        }
        double steps = STEPS_OF_E * x;
        double rounded = steps + ROUNDER;
        long k = Double.doubleToRawLongBits(rounded);
        double rest = steps - (rounded - ROUNDER);
        double power = Double.longBitsToDouble(POWERS[(int) k & (STEPS - 1)] + (k << 47));
        double cubic = (C3 * rest + C2) * (rest * rest) + (C1 * rest + 1);
        return (float) (cubic * power);
    }
}
