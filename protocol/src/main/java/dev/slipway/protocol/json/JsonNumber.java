package dev.slipway.protocol.json;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/** The number that was scanned last, and what it is in each type. One object serves a whole document. */
final class JsonNumber {
    private static final int DIGITS_MAX = 19;

    /** No double lies so near to a tie that more digits than these could tell: the true bound is 767. */
    private static final int SLOW_DIGITS_MAX = 800;

    /** Exponents beyond this are all the same: zero or too large. */
    private static final int EXPONENT_LIMIT = 100_000;

    private byte[] bytes = {};
    private int start;
    private int end;
    private boolean negative;
    private boolean special;
    private double specialValue;
    private long significand;
    private int exponent;
    private boolean truncated;
    private long whole;

    /**
     * Scans the number that starts at {@code from}.
     *
     * @return whether it is one; {@link #end()} is then behind it, otherwise where it fails
     */
    boolean scan(byte[] source, int from, int limit) {
        bytes = source;
        start = from;
        special = false;
        truncated = false;
        int at = from;
        negative = at < limit && source[at] == '-';
        if (negative) {
            at++;
        }
        int firstDigit = at;
        long sum = 0;
        int digit;
        while (at < limit && (digit = source[at] - '0') >= 0 && digit <= 9) {
            sum = 10 * sum + digit;
            at++;
        }
        int digits = at - firstDigit;
        if (digits == 0) {
            return scanSpecial(at, limit);
        }
        if (digits > 1 && source[firstDigit] == '0') {
            end = firstDigit + 1;
            return false;
        }
        int scale = 0;
        if (at < limit && source[at] == '.') {
            int firstDecimal = ++at;
            while (at < limit && (digit = source[at] - '0') >= 0 && digit <= 9) {
                sum = 10 * sum + digit;
                at++;
            }
            scale = firstDecimal - at;
            digits -= scale;
            if (scale == 0) {
                end = at;
                return false;
            }
        }
        significand = sum;
        exponent = scale;
        end = at;
        if (digits > DIGITS_MAX) {
            significand(firstDigit);
        }
        return at >= limit || (source[at] | 0x20) != 'e' || scanExponent(at + 1, limit);
    }

    /** Where it starts. */
    int start() {
        return start;
    }

    /** Behind the number, or where it fails to be one. */
    int end() {
        return end;
    }

    /** As it stands in the text. */
    String text() {
        return new String(bytes, start, end - start, StandardCharsets.US_ASCII);
    }

    /** The nearest float; infinite when the number is too large, or {@code Infinity} itself. */
    float toFloat() {
        if (special) {
            return (float) specialValue;
        }
        float magnitude = BinaryFloat.toFloat(significand, exponent);
        if (truncated && magnitude != BinaryFloat.toFloat(significand + 1, exponent)) {
            magnitude = Float.parseFloat(slowText());
        }
        return negative ? -magnitude : magnitude;
    }

    /** The nearest double; infinite when the number is too large, or {@code Infinity} itself. */
    double toDouble() {
        if (special) {
            return specialValue;
        }
        double magnitude = BinaryFloat.toDouble(significand, exponent);
        if (truncated && magnitude != BinaryFloat.toDouble(significand + 1, exponent)) {
            magnitude = Double.parseDouble(slowText());
        }
        return negative ? -magnitude : magnitude;
    }

    /** The bits of the nearest number of a narrow format. */
    short toNarrow(NarrowFloat format) {
        double value = toDouble();
        // The double may lie on a tie that the decimal only comes close to.
        if (!special && !Double.isInfinite(value) && format.isTie(value)) {
            int order = new BigDecimal(slowText()).compareTo(new BigDecimal(Math.abs(value)));
            if (order != 0) {
                double magnitude = order > 0 ? Math.nextUp(Math.abs(value)) : Math.nextDown(Math.abs(value));
                value = negative ? -magnitude : magnitude;
            }
        }
        return format.round(value);
    }

    /** Whether it is NaN or an infinity by its own word. */
    boolean isSpecial() {
        return special;
    }

    /** Whether the number, in whatever notation, is a whole one that fits 64 bits; {@link #whole()} is then it. */
    boolean isWhole(boolean unsigned) {
        if (special) {
            return false;
        }
        long magnitude = significand;
        if (truncated || exponent != 0) {
            BigDecimal value = new BigDecimal(slowText()).stripTrailingZeros();
            if (value.scale() > 0 || value.precision() - value.scale() > 20) {
                return false;
            }
            if (value.toBigInteger().bitLength() > 64) {
                return false;
            }
            magnitude = value.longValue();
        }
        whole = negative ? -magnitude : magnitude;
        if (unsigned) {
            return !negative || magnitude == 0;
        }
        return magnitude >= 0 || (negative && magnitude == Long.MIN_VALUE);
    }

    /** The 64 bits that {@link #isWhole} found. */
    long whole() {
        return whole;
    }

    private boolean scanExponent(int from, int limit) {
        int at = from;
        boolean minus = false;
        if (at < limit && (bytes[at] == '-' || bytes[at] == '+')) {
            minus = bytes[at] == '-';
            at++;
        }
        int firstDigit = at;
        long power = 0;
        while (at < limit && bytes[at] >= '0' && bytes[at] <= '9') {
            // More than a document's zeros could balance.
            power = Math.min(10 * power + bytes[at] - '0', 1L << 40);
            at++;
        }
        end = at;
        long sum = minus ? exponent - power : exponent + power;
        exponent = (int) Math.max(-EXPONENT_LIMIT, Math.min(EXPONENT_LIMIT, sum));
        return at > firstDigit;
    }

    private boolean scanSpecial(int at, int limit) {
        end = at;
        // As in RapidJSON, which TensorFlow Serving reads with.
        if (matches("Infinity", at, limit) || matches("Inf", at, limit)) {
            special = true;
            specialValue = negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        } else if (matches("NaN", at, limit)) {
            special = true;
            specialValue = Double.NaN;
        }
        return special;
    }

    private boolean matches(String word, int at, int limit) {
        if (limit - at < word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (bytes[at + i] != word.charAt(i)) {
                return false;
            }
        }
        end = at + word.length();
        return true;
    }

    /** The first 19 digits that count, and the exponent that goes with them: the sum has overflowed. */
    private void significand(int firstDigit) {
        long sum = 0;
        int used = 0;
        int scale = 0;
        boolean decimals = false;
        for (int at = firstDigit; at < end; at++) {
            int digit = bytes[at] - '0';
            if (bytes[at] == '.') {
                decimals = true;
            } else if (used < DIGITS_MAX) {
                sum = 10 * sum + digit;
                used += used > 0 || digit > 0 ? 1 : 0;
                scale -= decimals ? 1 : 0;
            } else {
                truncated |= digit > 0;
                scale += decimals ? 0 : 1;
            }
        }
        significand = sum;
        exponent = scale;
    }

    /** The number without its sign, cut to as many digits as can matter; a last 1 stands for what was cut. */
    private String slowText() {
        StringBuilder text = new StringBuilder();
        boolean cut = false;
        int scale = exponent;
        if (truncated) {
            int used = 0;
            for (int at = start; at < end && (bytes[at] | 0x20) != 'e'; at++) {
                int digit = bytes[at] - '0';
                if (digit < 0 || (used == 0 && digit == 0)) {
                    continue;
                }
                if (used < SLOW_DIGITS_MAX) {
                    text.append((char) ('0' + digit));
                } else {
                    cut |= digit > 0;
                }
                used++;
            }
            // The exponent belongs to the first 19 digits.
            scale -= text.length() - DIGITS_MAX;
            if (cut) {
                text.append('1');
                scale--;
            }
        } else {
            text.append(Long.toUnsignedString(significand));
        }
        return text.append('E').append(scale).toString();
    }
}
