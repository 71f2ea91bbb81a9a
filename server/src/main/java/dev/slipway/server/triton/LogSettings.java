package dev.slipway.server.triton;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What Triton's logging extension sets: which messages are logged, and how they look. Thread-safe.
 *
 * @see <a href="https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_logging.md">
 *     Triton: logging extension</a>
 */
public final class LogSettings {
    private static final String FILE = "log_file";
    private static final String INFO = "log_info";
    private static final String WARNING = "log_warning";
    private static final String ERROR = "log_error";
    private static final String VERBOSE = "log_verbose_level";
    private static final String FORMAT = "log_format";

    private final Consumer<Settings> log;
    private volatile Settings settings;

    /**
     * What is logged.
     *
     * @param info whether INFO is
     * @param warning whether WARNING is
     * @param error whether ERROR is
     * @param verboseLevel 0 for nothing below INFO, 1 for DEBUG, from 2 for all
     * @param isTritonForm whether a line is as Triton's {@code ISO8601} has it
     */
    public record Settings(boolean info, boolean warning, boolean error, int verboseLevel, boolean isTritonForm) {
        /** As the server begins where nothing else is said. */
        public static final Settings DEFAULT = new Settings(true, true, true, 0, false);
    }

    /**
     * @param first what holds now
     * @param log is told what holds from now on
     */
    public LogSettings(Settings first, Consumer<Settings> log) {
        this.settings = first;
        this.log = log;
    }

    /** By name: Boolean, Long or String. */
    public Map<String, Object> all() {
        Settings now = settings;
        Map<String, Object> all = new LinkedHashMap<>();
        all.put(FILE, "");
        all.put(INFO, now.info);
        all.put(WARNING, now.warning);
        all.put(ERROR, now.error);
        all.put(VERBOSE, (long) now.verboseLevel);
        all.put(FORMAT, now.isTritonForm ? "ISO8601" : "default");
        return all;
    }

    /**
     * Changes what is named, or nothing.
     *
     * @param changes as in {@link #all}
     * @throws SlipwayException {@code INVALID_ARGUMENT} for a setting or value that there is not; {@code UNIMPLEMENTED} for a file
     */
    public synchronized void change(Map<String, Object> changes) {
        Settings next = settings;
        for (Map.Entry<String, Object> change : changes.entrySet()) {
            next = changed(next, change.getKey(), change.getValue());
        }
        settings = next;
        log.accept(next);
    }

    private static Settings changed(Settings now, String name, Object value) {
        return switch (name) {
            case INFO -> new Settings(bool(name, value), now.warning, now.error, now.verboseLevel, now.isTritonForm);
            // Triton's own page calls these by their plurals.
            case WARNING, "log_warnings" ->
                new Settings(now.info, bool(name, value), now.error, now.verboseLevel, now.isTritonForm);
            case ERROR, "log_errors" ->
                new Settings(now.info, now.warning, bool(name, value), now.verboseLevel, now.isTritonForm);
            case VERBOSE -> new Settings(now.info, now.warning, now.error, level(value), now.isTritonForm);
            case FORMAT -> new Settings(now.info, now.warning, now.error, now.verboseLevel, isTritonForm(value));
            case FILE -> {
                if ("".equals(value)) {
                    yield now;
                }
                throw new SlipwayException(
                        ErrorCode.UNIMPLEMENTED,
                        "setting '%s' is not changed over the network (expected: standard error, which is '')"
                                .formatted(FILE));
            }
            default ->
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT,
                        "log setting '%s' is unknown (expected: %s, %s, %s, %s, %s)"
                                .formatted(name, INFO, WARNING, ERROR, VERBOSE, FORMAT));
        };
    }

    private static boolean bool(String name, Object value) {
        if (value instanceof Boolean found) {
            return found;
        }
        throw wrong(name, value, "true or false");
    }

    private static int level(Object value) {
        if (value instanceof Long found && found >= 0) {
            return (int) Math.min(found, Integer.MAX_VALUE);
        }
        throw wrong(VERBOSE, value, "a whole number >= 0");
    }

    private static boolean isTritonForm(Object value) {
        if ("default".equals(value) || "ISO8601".equals(value)) {
            return value.equals("ISO8601");
        }
        throw wrong(FORMAT, value, "default or ISO8601");
    }

    private static SlipwayException wrong(String name, Object value, String expected) {
        return new SlipwayException(
                ErrorCode.INVALID_ARGUMENT, "log setting '%s' is '%s' (expected: %s)".formatted(name, value, expected));
    }
}
