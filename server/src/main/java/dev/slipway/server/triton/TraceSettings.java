package dev.slipway.server.triton;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which requests are traced, and where that is written.
 *
 * @param isOn whether any are, by their times
 * @param rate of so many requests one is traced, at least 1
 * @param count how many are still to be traced; -1 for no end
 * @param frequency after so many traces another file begins; 0 for never
 * @param file name below the server's folder for traces; empty for none
 */
public record TraceSettings(boolean isOn, long rate, long count, long frequency, String file) {
    /** None: Triton's defaults. */
    public static final TraceSettings OFF = new TraceSettings(false, 1000, -1, 0, "");

    private static final String LEVEL = "trace_level";
    private static final String RATE = "trace_rate";
    private static final String COUNT = "trace_count";
    private static final String FREQUENCY = "log_frequency";
    private static final String FILE = "trace_file";
    private static final String MODE = "trace_mode";

    /** As the protocol has them. */
    public Map<String, List<String>> all() {
        Map<String, List<String>> all = new LinkedHashMap<>();
        all.put(LEVEL, List.of(isOn ? "TIMESTAMPS" : "OFF"));
        all.put(RATE, List.of(Long.toString(rate)));
        all.put(COUNT, List.of(Long.toString(count)));
        all.put(FREQUENCY, List.of(Long.toString(frequency)));
        all.put(FILE, List.of(file));
        all.put(MODE, List.of("triton"));
        return all;
    }

    /** Whether a setting has a list of values in JSON, and not one. */
    public static boolean isList(String name) {
        return name.equals(LEVEL);
    }

    /**
     * The same with some settings changed.
     *
     * @param changes without values for a setting that is to be as in {@code base}
     * @throws SlipwayException {@code INVALID_ARGUMENT} for a setting or value that there is not; {@code UNIMPLEMENTED} for one that
     *     only Triton has
     */
    TraceSettings with(Map<String, List<String>> changes, TraceSettings base) {
        TraceSettings next = this;
        for (Map.Entry<String, List<String>> change : changes.entrySet()) {
            List<String> values = change.getValue();
            next = next.with(
                    change.getKey(), values.isEmpty() ? base.all().getOrDefault(change.getKey(), values) : values);
        }
        if (next.isOn && next.file.isEmpty()) {
            throw invalid(LEVEL, "TIMESTAMPS", "a trace_file, too, as nothing would be written");
        }
        return next;
    }

    private TraceSettings with(String name, List<String> values) {
        return switch (name) {
            case LEVEL -> new TraceSettings(level(values), rate, count, frequency, file);
            case RATE -> new TraceSettings(isOn, number(name, values, 1), count, frequency, file);
            case COUNT -> new TraceSettings(isOn, rate, number(name, values, -1), frequency, file);
            case FREQUENCY -> new TraceSettings(isOn, rate, count, number(name, values, 0), file);
            case FILE -> new TraceSettings(isOn, rate, count, frequency, single(name, values));
            case MODE -> {
                if (!single(name, values).equals("triton")) {
                    throw unimplemented(name, single(name, values), "triton");
                }
                yield this;
            }
            default ->
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT,
                        "trace setting '%s' is unknown (expected: %s)"
                                .formatted(name, String.join(", ", all().keySet())));
        };
    }

    private static boolean level(List<String> values) {
        boolean isOn = false;
        for (String value : values) {
            switch (value) {
                case "OFF" -> isOn = false;
                // What Triton had before TIMESTAMPS; its clients may send it still.
                case "TIMESTAMPS", "MIN", "MAX" -> isOn = true;
                case "TENSORS" -> throw unimplemented(LEVEL, value, "OFF or TIMESTAMPS");
                default -> throw invalid(LEVEL, value, "OFF or TIMESTAMPS");
            }
        }
        return isOn;
    }

    private static long number(String name, List<String> values, long least) {
        String value = single(name, values);
        try {
            long number = Long.parseLong(value.strip());
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw invalid(name, value, "a whole number >= " + least);
    }

    private static String single(String name, List<String> values) {
        if (values.size() != 1) {
            throw invalid(name, String.join(", ", values), "one value");
        }
        return values.get(0);
    }

    private static SlipwayException invalid(String name, String value, String expected) {
        return new SlipwayException(
                ErrorCode.INVALID_ARGUMENT,
                "trace setting '%s' is '%s' (expected: %s)".formatted(name, value, expected));
    }

    private static SlipwayException unimplemented(String name, String value, String expected) {
        return new SlipwayException(
                ErrorCode.UNIMPLEMENTED,
                "trace setting '%s' is '%s', which is not served (expected: %s)".formatted(name, value, expected));
    }
}
