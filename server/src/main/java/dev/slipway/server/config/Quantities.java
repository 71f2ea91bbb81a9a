package dev.slipway.server.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times, sizes and shares as people write them. What is printed is read as the same value. */
final class Quantities {
    static final String TIME = "a time such as 500ms, 30s or 5m";
    static final String SIZE = "a size such as 512MiB, 8GiB, or a number of bytes";
    static final String SHARE = "a share such as 10% or 0.1, above 0 to 100%";

    static final String PART = "a share such as 10% or 0.1, 0 to 100%";

    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([0-9]{1,19}(?:\\.[0-9]{1,20})?) ?([A-Za-z%]*)");

    /** The longest time that can be said: far beyond what anybody waits for, and still a long of nanoseconds. */
    private static final Duration TIME_MAX = Duration.ofDays(36_500);

    /** Largest first, each a whole number of the next. */
    private static final Map<String, Long> NANOS = new LinkedHashMap<>();

    private static final Map<String, Long> BYTES = new LinkedHashMap<>();

    static {
        NANOS.put("d", Duration.ofDays(1).toNanos());
        NANOS.put("h", Duration.ofHours(1).toNanos());
        NANOS.put("m", Duration.ofMinutes(1).toNanos());
        NANOS.put("s", Duration.ofSeconds(1).toNanos());
        NANOS.put("ms", Duration.ofMillis(1).toNanos());
        NANOS.put("us", 1000L);
        NANOS.put("ns", 1L);
        BYTES.put("TiB", 1L << 40);
        BYTES.put("GiB", 1L << 30);
        BYTES.put("MiB", 1L << 20);
        BYTES.put("KiB", 1L << 10);
        BYTES.put("B", 1L);
    }

    private Quantities() {}

    /** Reads {@code 500ms}, {@code 1.5s}, {@code 0}; empty for what is no time, or one of over a century. */
    static Optional<Duration> time(String text) {
        if (text.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        return whole(text, NANOS).map(Duration::ofNanos).filter(time -> time.compareTo(TIME_MAX) <= 0);
    }

    /** Reads {@code 512MiB}, {@code 2.5GiB}, {@code 1024}; empty for what is no size. */
    static Optional<Long> size(String text) {
        return whole(text, BYTES).or(() -> whole(text + "B", BYTES));
    }

    /** Reads {@code 10%}, {@code 0.1}; empty for what is not above 0 to 1. */
    static Optional<Double> share(String text) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        if (!matcher.matches()
                || !(matcher.group(2).isEmpty() || matcher.group(2).equals("%"))) {
            return Optional.empty();
        }
        BigDecimal number = new BigDecimal(matcher.group(1));
        double share = (matcher.group(2).isEmpty() ? number : number.movePointLeft(2)).doubleValue();
        return share > 0 && share <= 1 ? Optional.of(share) : Optional.empty();
    }

    /** As {@link #share}, and 0. */
    static Optional<Double> part(String text) {
        return text.matches("0(\\.0{1,20})? ?%?") ? Optional.of(0.0) : share(text);
    }

    static String print(Duration time) {
        return time.isZero() ? "0" : print(time.toNanos(), NANOS);
    }

    static String printSize(long bytes) {
        return bytes == 0 ? "0" : print(bytes, BYTES);
    }

    private static String print(long number, Map<String, Long> units) {
        for (Map.Entry<String, Long> unit : units.entrySet()) {
            if (number % unit.getValue() == 0) {
                return number / unit.getValue() + unit.getKey();
            }
        }
        throw new IllegalStateException("no unit for " + number);
    }

    private static Optional<Long> whole(String text, Map<String, Long> units) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        Long unit = matcher.matches() ? units.get(matcher.group(2)) : null;
        if (unit == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BigDecimal(matcher.group(1))
                    .multiply(BigDecimal.valueOf(unit))
                    .stripTrailingZeros()
                    .longValueExact());
        } catch (ArithmeticException e) {
            // Not whole, or more than a long holds.
            return Optional.empty();
        }
    }
}
