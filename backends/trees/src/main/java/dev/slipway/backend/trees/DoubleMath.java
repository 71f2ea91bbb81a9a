package dev.slipway.backend.trees;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * e^x of float64 as glibc computes it on processors that multiply and add at once, to the bit: what LightGBM calls.
 *
 * @see <a href="https://github.com/ARM-software/optimized-routines">Arm's optimized routines, on which glibc's is founded: e^x
 *     as 2^(k/128) from a table, times a polynomial in what is left</a>
 */
final class DoubleMath {
    private static final int STEPS = 128;
    private static final double STEPS_OF_E = 0x1.71547652b82fep0 * STEPS;
    private static final double ROUNDER = 0x1.8p52;
    private static final double MINUS_STEP_HIGH = -0x1.62e42fefa0000p-8;
    private static final double MINUS_STEP_LOW = -0x1.cf79abc9e3b39p-47;
    private static final double C2 = 0x1.ffffffffffdbdp-2;
    private static final double C3 = 0x1.555555555543cp-3;
    private static final double C4 = 0x1.55555cf172b91p-5;
    private static final double C5 = 0x1.1111167a4d017p-7;
    /** Where results leave the normal numbers, or round to 1: left to the JVM. */
    private static final double PLAIN_MAX = 700;

    private static final double PLAIN_MIN = 0x1p-54;

    /** The bits of 2^(i/128), less those that i adds to the exponent. */
    private static final long[] POWERS = new long[STEPS];
    /** How much larger 2^(i/128) is than its rounded bits say, in proportion. */
    private static final double[] TAILS = new double[STEPS];

    static {
        MathContext digits = new MathContext(60);
        BigDecimal root = BigDecimal.valueOf(2);
        for (int i = 1; i < STEPS; i *= 2) {
            root = root.sqrt(digits);
        }
        BigDecimal power = BigDecimal.ONE;
        for (int i = 0; i < STEPS; i++) {
            double rounded = power.doubleValue();
            POWERS[i] = Double.doubleToRawLongBits(rounded) - ((long) i << 52) / STEPS;
            TAILS[i] = power.divide(new BigDecimal(rounded), digits)
                    .subtract(BigDecimal.ONE)
                    .doubleValue();
            power = power.multiply(root, digits);
        }
    }

    private DoubleMath() {}

    static double exp(double x) {
        double size = Math.abs(x);
        if (!(size < PLAIN_MAX && size > PLAIN_MIN)) {
            return StrictMath.exp(x);
        }
        double rounded = Math.fma(STEPS_OF_E, x, ROUNDER);
        long k = Double.doubleToRawLongBits(rounded);
        double steps = rounded - ROUNDER;
        double rest = Math.fma(steps, MINUS_STEP_LOW, Math.fma(steps, MINUS_STEP_HIGH, x));
        int at = (int) k & (STEPS - 1);
        double square = rest * rest;
        double low = Math.fma(square, Math.fma(rest, C3, C2), TAILS[at] + rest);
        double part = Math.fma(square * square, Math.fma(rest, C5, C4), low);
        double scale = Double.longBitsToDouble(POWERS[at] + (k << 45));
        return Math.fma(scale, part, scale);
    }
}
