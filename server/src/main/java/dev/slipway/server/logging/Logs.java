package dev.slipway.server.logging;

import dev.slipway.server.config.LoggingConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Logs to standard error, one event a line, as {@code SLIPWAY_LOG_LEVEL} and {@code SLIPWAY_LOG_FORMAT} say, or text from INFO up. What
 * the process itself is told; a server within another program leaves that program's logging alone.
 */
public final class Logs {
    /** Which form lines have: {@code text} or {@code json}. */
    public static final String FORMAT = "SLIPWAY_LOG_FORMAT";

    private static final String LEVEL = "SLIPWAY_LOG_LEVEL";
    private static final String OURS = "dev.slipway";

    /** Loggers are forgotten unless somebody holds them, and their levels with them. */
    private static final List<Logger> HELD = new ArrayList<>();

    private Logs() {}

    /** As the environment says: before anything else is known. */
    public static void configure(Map<String, String> environment) {
        configure(LoggingConfig.NONE, environment);
    }

    /** As {@code said}, and the environment where it does not say. */
    public static synchronized void configure(LoggingConfig said, Map<String, String> environment) {
        LogManager.getLogManager().reset();
        HELD.clear();
        boolean isJson = Objects.requireNonNullElse(
                said.isJson(), "json".equalsIgnoreCase(environment.getOrDefault(FORMAT, "")));
        Formatter form = isJson ? new JsonForm() : new TextForm();
        Handler output = new LogOutput(
                System.err,
                form,
                Objects.requireNonNullElse(said.repeats(), LoggingConfig.REPEATS),
                System::nanoTime,
                CompletableFuture.delayedExecutor(Repeats.INTERVAL_SECONDS, TimeUnit.SECONDS));
        output.setLevel(Level.ALL);
        Logger root = Logger.getLogger("");
        root.addHandler(output);
        root.setLevel(Level.WARNING);
        hold(OURS, level(said.level(), level(environment.get(LEVEL), Level.INFO)));
        said.levels().forEach((name, level) -> hold(name, level(level, Level.INFO)));
    }

    private static void hold(String name, Level level) {
        Logger logger = Logger.getLogger(name);
        logger.setLevel(level);
        HELD.add(logger);
    }

    private static Level level(@Nullable String name, Level byDefault) {
        return name == null ? byDefault : LogLevels.read(name).orElse(byDefault);
    }
}
