package dev.slipway.server.logging;

import java.util.Locale;
import java.util.Optional;
import java.util.logging.Level;

/** How much is logged, by the names that people know: {@code debug}, and those of java.util.logging. */
public final class LogLevels {
    /** What messages expect. */
    public static final String EXPECTED = "error, warn, info, debug, trace or off";

    private LogLevels() {}

    public static Optional<Level> read(String name) {
        String word = name.strip().toUpperCase(Locale.ROOT);
        return switch (word) {
            case "ERROR" -> Optional.of(Level.SEVERE);
            case "WARN" -> Optional.of(Level.WARNING);
            case "DEBUG" -> Optional.of(Level.FINE);
            case "TRACE" -> Optional.of(Level.FINEST);
            default -> named(word);
        };
    }

    private static Optional<Level> named(String word) {
        try {
            return Optional.of(Level.parse(word));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
