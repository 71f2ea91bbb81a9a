package dev.slipway.server.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one map of a YAML file. A value that is not what is asked for goes to the faults, and counts as if it
 * were not there, so that all faults of a file are found at once. Used by one thread.
 */
final class Section {
    private final YamlValue value;
    private final Faults faults;

    Section(YamlValue value, Faults faults) {
        this.value = value;
        this.faults = faults;
    }

    Faults faults() {
        return faults;
    }

    /** Something that is wrong with the keys together. */
    void problem(String message) {
        faults.problem(value, message);
    }

    /** Keys that have a value. */
    Set<String> keys() {
        return value.map().keySet();
    }

    /** What a key holds; null when there is no such key, or nothing behind it. */
    @Nullable
    YamlValue get(String key) {
        YamlValue found = value.map().get(key);
        return found == null || found.content() == null ? null : found;
    }

    /** The keys below a key; without any when it is not there. */
    Section section(String key) {
        YamlValue found = get(key);
        if (found == null) {
            return new Section(new YamlValue(Map.of(), key, value.line()), faults);
        }
        if (!found.isMap()) {
            faults.wrong(found, "keys and values");
        }
        return new Section(found, faults);
    }

    void forEach(BiConsumer<String, YamlValue> visitor) {
        value.map().forEach(visitor);
    }

    String text(String key, String byDefault) {
        return read(key, "text", found -> Optional.ofNullable(found.content() instanceof String text ? text : null))
                .orElse(byDefault);
    }

    Duration time(String key, Duration byDefault) {
        return read(key, Quantities.TIME, found -> asText(found).flatMap(Quantities::time))
                .orElse(byDefault);
    }

    long size(String key, long byDefault) {
        return read(key, Quantities.SIZE, found -> asText(found).flatMap(Quantities::size))
                .orElse(byDefault);
    }

    double share(String key, double byDefault) {
        return read(key, Quantities.SHARE, found -> asText(found).flatMap(Quantities::share))
                .orElse(byDefault);
    }

    /** A share that may be nothing at all. */
    double part(String key, double byDefault) {
        return read(key, Quantities.PART, found -> asText(found).flatMap(Quantities::part))
                .orElse(byDefault);
    }

    boolean truth(String key, boolean byDefault) {
        return read(key, "true or false", found -> Optional.ofNullable(found.content() instanceof Boolean b ? b : null))
                .orElse(byDefault);
    }

    /** A whole number from {@code least}, that an int holds. */
    int whole(String key, int least, int byDefault) {
        return read(key, "a whole number from " + least, found -> whole(found, least, Integer.MAX_VALUE))
                .map(Long::intValue)
                .orElse(byDefault);
    }

    /** A number from 0 to {@code most}. */
    double number(String key, double most, double byDefault) {
        return read(
                        key,
                        most == Double.MAX_VALUE ? "a number from 0" : "a number from 0 to " + most,
                        found -> Optional.ofNullable(found.content() instanceof BigDecimal number ? number : null)
                                .map(BigDecimal::doubleValue)
                                .filter(number -> number >= 0 && number <= most))
                .orElse(byDefault);
    }

    /** One of several words. */
    <T> T choice(String key, Map<String, T> choices, T byDefault) {
        return read(
                        key,
                        "one of " + String.join(", ", choices.keySet()),
                        found -> asText(found).flatMap(text -> Optional.ofNullable(choices.get(text))))
                .orElse(byDefault);
    }

    /** Whole numbers from 1, rising. */
    List<Integer> sizes(String key) {
        YamlValue found = get(key);
        List<Integer> sizes = new ArrayList<>();
        if (found != null) {
            long before = 0;
            for (YamlValue item : found.list()) {
                Optional<Long> size = whole(item, before + 1, Integer.MAX_VALUE);
                if (size.isEmpty()) {
                    faults.wrong(found, "whole numbers from 1, rising, such as [1, 8, 32]");
                    return List.of();
                }
                before = size.get();
                sizes.add(size.get().intValue());
            }
        }
        return sizes;
    }

    /** A value as a whole number within bounds; empty for anything else. */
    static Optional<Long> whole(YamlValue value, long least, long most) {
        if (!(value.content() instanceof BigDecimal number)) {
            return Optional.empty();
        }
        try {
            long whole = number.longValueExact();
            return whole >= least && whole <= most ? Optional.of(whole) : Optional.empty();
        } catch (ArithmeticException e) {
            return Optional.empty();
        }
    }

    /** Text, or a number as text. */
    private static Optional<String> asText(YamlValue value) {
        if (value.content() instanceof BigDecimal number) {
            return Optional.of(number.toPlainString());
        }
        return Optional.ofNullable(value.content() instanceof String text ? text : null);
    }

    private <T> Optional<T> read(String key, String expected, Function<YamlValue, Optional<T>> reader) {
        YamlValue found = get(key);
        if (found == null) {
            return Optional.empty();
        }
        Optional<T> read = reader.apply(found);
        if (read.isEmpty()) {
            faults.wrong(found, expected);
        }
        return read;
    }
}
