package dev.slipway.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonNumberTest {
    private static final int RANDOM_CASES = 1_000_000;

    private final Random random = new Random(42);
    private final JsonNumber number = new JsonNumber();

    @Test
    void readsShortDecimalsAsTheJdkDoes() {
        check(RANDOM_CASES, () -> random.nextInt(100_000) / 1000 + "." + random.nextInt(1_000_000));
    }

    @Test
    void readsPrintedFloatsAndDoublesAsTheJdkDoes() {
        check(RANDOM_CASES, () -> Float.toString(Float.intBitsToFloat(random.nextInt())));
        check(RANDOM_CASES, () -> Double.toString(Double.longBitsToDouble(random.nextLong())));
        check(RANDOM_CASES, () -> Double.toString(Float.intBitsToFloat(random.nextInt())));
    }

    @Test
    void readsAnyDigitsWithAnyExponentAsTheJdkDoes() {
        check(RANDOM_CASES, () -> digits(1 + random.nextInt(25)) + "e" + (random.nextInt(700) - 370));
        check(RANDOM_CASES / 10, () -> "0." + "0".repeat(random.nextInt(60)) + digits(1 + random.nextInt(40)));
    }

    @Test
    void readsHalfwayCasesOfFloatsAsTheJdkDoes() {
        check(RANDOM_CASES / 10, () -> {
            float low = Float.intBitsToFloat(random.nextInt(0x7F7F_FFFF));
            return halfway(new BigDecimal(low), new BigDecimal(Math.nextUp(low)));
        });
    }

    @Test
    void readsHalfwayCasesOfDoublesAsTheJdkDoes() {
        check(RANDOM_CASES / 50, () -> {
            double low = Double.longBitsToDouble(random.nextLong() & 0x7FE0_0000_0000_0000L - 1);
            return halfway(new BigDecimal(low), new BigDecimal(Math.nextUp(low)));
        });
        check(RANDOM_CASES / 10, () -> {
            double low = random.nextInt(1 << 20) + 0x1p53 * random.nextInt(1000);
            return halfway(new BigDecimal(low), new BigDecimal(Math.nextUp(low)));
        });
    }

    /** The middle of two neighbours, or a tiny bit beside it. */
    private String halfway(BigDecimal low, BigDecimal high) {
        BigDecimal middle = low.add(high).divide(BigDecimal.valueOf(2));
        BigDecimal nudge = high.subtract(low).movePointLeft(1 + random.nextInt(30));
        return switch (random.nextInt(4)) {
            case 0 -> middle.add(nudge).toString();
            case 1 -> middle.subtract(nudge).toString();
            case 2 ->
                middle.round(new java.math.MathContext(19, RoundingMode.DOWN)).toString();
            default -> middle.toString();
        };
    }

    @Test
    void roundsToEvery16BitFloatAndAtItsBoundsTiesToEven() {
        for (NarrowFloat format : NarrowFloat.values()) {
            for (int bits = 0; bits < 0x8000; bits++) {
                float value = format.toFloat((short) bits);
                if (format.isSpecial((short) bits)) {
                    continue;
                }
                BigDecimal exact = new BigDecimal(value);
                assertThat(scan(exact.toString()).toNarrow(format)).isEqualTo((short) bits);
                assertThat(scan("-" + exact).toNarrow(format)).isEqualTo((short) (bits | 0x8000));
                BigDecimal above = bits + 1 == infinity(format)
                        ? exact.add(exact.subtract(new BigDecimal(format.toFloat((short) (bits - 1)))))
                        : new BigDecimal(format.toFloat((short) (bits + 1)));
                BigDecimal middle = exact.add(above).divide(BigDecimal.valueOf(2));
                BigDecimal nudge = middle.movePointLeft(30);
                int even = bits + (bits & 1);
                assertThat(scan(middle.toString()).toNarrow(format)).isEqualTo((short) even);
                assertThat(scan(middle.add(nudge).toString()).toNarrow(format)).isEqualTo((short) (bits + 1));
                assertThat(scan(middle.subtract(nudge).toString()).toNarrow(format))
                        .isEqualTo((short) bits);
            }
        }
    }

    private static int infinity(NarrowFloat format) {
        return format == NarrowFloat.FP16 ? 0x7C00 : 0x7F80;
    }

    @ParameterizedTest
    @CsvSource({
        "NaN, NaN",
        "Infinity, Infinity",
        "-Infinity, -Infinity",
        "Inf, Infinity",
        "-NaN, NaN",
        "1e400, Infinity",
        "-1e400, -Infinity"
    })
    void knowsWhatIsNotFinite(String text, double value) {
        scan(text);
        assertThat(Double.compare(number.toDouble(), value)).isZero();
        assertThat(Float.compare(number.toFloat(), (float) value)).isZero();
        assertThat(number.isSpecial()).isEqualTo(!text.contains("e4"));
    }

    @Test
    void readsZerosThatBalanceALargeExponent() {
        String zeros = "0".repeat(200_000);
        assertThat(scan("0." + zeros + "1e200001").toDouble()).isEqualTo(1.0);
        assertThat(scan("1" + zeros + "e-200000").toFloat()).isEqualTo(1f);
        assertThat(scan("1e99999999999999999999999").toDouble()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(scan("1e-99999999999999999999999").toDouble()).isEqualTo(0.0);
    }

    @Test
    void keepsTheSignOfZero() {
        assertThat(Double.doubleToRawLongBits(scan("-0.0").toDouble())).isEqualTo(Long.MIN_VALUE);
        assertThat(Float.floatToRawIntBits(scan("-0").toFloat())).isEqualTo(Integer.MIN_VALUE);
        assertThat(scan("-0").toNarrow(NarrowFloat.FP16)).isEqualTo((short) 0x8000);
    }

    @Test
    void readsAMillionDigitsInTimeThatGrowsWithThem() {
        // A tie of doubles, and a last digit far behind that breaks it.
        String tie = "9007199254740993." + "0".repeat(1_000_000);
        assertThat(scan(tie + "1").toDouble()).isEqualTo(9007199254740994.0);
        assertThat(scan(tie + "0").toDouble()).isEqualTo(9007199254740992.0);
        assertThat(scan("0.333" + "3".repeat(1_000_000)).toFloat()).isCloseTo(1 / 3f, within(0f));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "1.0, 1",
        "1e2, 100",
        "120e-1, 12",
        "-9223372036854775808, -9223372036854775808",
        "9223372036854775807, 9223372036854775807",
        "9223372036854775807.000, 9223372036854775807",
        "0.0000000000000000000000001e25, 1"
    })
    void readsWholeNumbersInEveryNotation(String text, long value) {
        assertThat(scan(text).isWhole(false)).isTrue();
        assertThat(number.whole()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.5",
                "1e-1",
                "9223372036854775808",
                "-9223372036854775809",
                "1e19",
                "1e99999",
                "1e-99999",
                "NaN",
                "Infinity",
                "18446744073709551616",
                "0.99999999999999999999999999999999999999999"
            })
    void refusesWhatIsNotWholeOrTooLarge(String text) {
        assertThat(scan(text).isWhole(false)).isFalse();
    }

    @Test
    void readsUnsignedNumbersUpToTheirLast() {
        assertThat(scan("18446744073709551615").isWhole(true)).isTrue();
        assertThat(number.whole()).isEqualTo(-1L);
        assertThat(scan("1844674407370955161.5e1").isWhole(true)).isTrue();
        assertThat(number.whole()).isEqualTo(-1L);
        assertThat(scan("18446744073709551616").isWhole(true)).isFalse();
        assertThat(scan("-1").isWhole(true)).isFalse();
        assertThat(scan("-0").isWhole(true)).isTrue();
    }

    @ParameterizedTest(name = "{0} fails at {1}")
    @CsvSource({"01, 1", "-, 1", "1., 2", ".5, 0", "1e, 2", "1e+, 3", "+1, 0", "--1, 1", "00, 1"})
    void saysWhereItIsNoNumber(String text, int at) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        assertThat(number.scan(bytes, 0, bytes.length)).isFalse();
        assertThat(number.end()).isEqualTo(at);
    }

    private JsonNumber scan(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        assertThat(number.scan(bytes, 0, bytes.length)).as(text).isTrue();
        assertThat(number.end()).isEqualTo(bytes.length);
        return number;
    }

    private void check(int cases, Supplier<String> texts) {
        for (int i = 0; i < cases; i++) {
            String text = texts.get();
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            boolean scanned = number.scan(bytes, 0, bytes.length) && number.end() == bytes.length;
            boolean same = scanned
                    && Float.floatToIntBits(number.toFloat()) == Float.floatToIntBits(Float.parseFloat(text))
                    && Double.doubleToLongBits(number.toDouble()) == Double.doubleToLongBits(Double.parseDouble(text));
            if (!same) {
                assertThat(text + " " + number.toFloat() + " " + number.toDouble())
                        .isEqualTo(text + " " + Float.parseFloat(text) + " " + Double.parseDouble(text));
            }
        }
    }

    private String digits(int count) {
        StringBuilder text = new StringBuilder().append((char) ('1' + random.nextInt(9)));
        while (text.length() < count) {
            text.append((char) ('0' + random.nextInt(10)));
        }
        return text.toString();
    }
}
