package dev.slipway.server.config;

import dev.slipway.server.limits.Limits;
import dev.slipway.server.limits.Rate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Reads what a file says of how much may be asked. */
final class LimitsReader {
    static final String KEY = "limits";

    private static final String REQUESTS = "requests";
    private static final String ROWS = "rows";
    private static final String BYTES = "bytes";
    private static final String CONCURRENT = "concurrent";
    private static final String BURST = "burst";

    private static final String RATE = "a rate such as 50/s, 600/m or 1000/h";
    private static final String BYTE_RATE = "a rate such as 10MiB/s or 1GiB/h";

    private final Section section;

    /** @param section with the keys of limits, and perhaps others */
    LimitsReader(Section section) {
        this.section = section;
    }

    Limits read() {
        return new Limits(
                rate(REQUESTS, RATE, LimitsReader::whole),
                rate(ROWS, RATE, LimitsReader::whole),
                rate(BYTES, BYTE_RATE, Quantities::size),
                section.whole(CONCURRENT, 1, 0),
                section.get(BURST) == null ? null : section.time(BURST, Duration.ZERO));
    }

    private @Nullable Rate rate(String key, String expected, Function<String, Optional<Long>> number) {
        YamlValue found = section.get(key);
        if (found == null) {
            return null;
        }
        Optional<Rate> rate = found.content() instanceof String text ? rate(text, number) : Optional.empty();
        if (rate.isEmpty()) {
            section.faults().wrong(found, expected);
        }
        return rate.orElse(null);
    }

    private static Optional<Rate> rate(String text, Function<String, Optional<Long>> number) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        for (Rate.Unit unit : Rate.Unit.values()) {
            if (letter(unit).equals(text.substring(slash + 1))) {
                return number.apply(text.substring(0, slash))
                        .filter(count -> count > 0)
                        .map(count -> new Rate(count, unit));
            }
        }
        return Optional.empty();
    }

    private static Optional<Long> whole(String text) {
        try {
            return Optional.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static String letter(Rate.Unit unit) {
        return unit.name().substring(0, 1).toLowerCase(Locale.ROOT);
    }

    /** As {@link #read} reads it. */
    static Object written(Limits limits) {
        if (limits.areNone()) {
            return ModelReader.NONE;
        }
        Map<String, Object> keys = new LinkedHashMap<>();
        put(keys, REQUESTS, limits.requests(), Long::toString);
        put(keys, ROWS, limits.rows(), Long::toString);
        put(keys, BYTES, limits.bytes(), Quantities::printSize);
        if (limits.concurrent() > 0) {
            keys.put(CONCURRENT, limits.concurrent());
        }
        Duration burst = limits.burst();
        if (burst != null) {
            keys.put(BURST, Quantities.print(burst));
        }
        return keys;
    }

    private static void put(Map<String, Object> keys, String key, @Nullable Rate rate, LongFunction<String> number) {
        if (rate != null) {
            keys.put(key, number.apply(rate.count()) + "/" + letter(rate.per()));
        }
    }
}
