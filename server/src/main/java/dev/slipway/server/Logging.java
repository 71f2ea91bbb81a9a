package dev.slipway.server;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Logs to standard error, one line an event; {@code SLIPWAY_LOG_LEVEL} sets how much (default: INFO). */
final class Logging {
    private Logging() {}

    static void configure() {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        Handler console = new ConsoleHandler();
        console.setFormatter(new OneLine());
        console.setLevel(Level.ALL);
        root.addHandler(console);
        root.setLevel(Level.WARNING);
        Logger.getLogger("dev.slipway").setLevel(level(System.getenv("SLIPWAY_LOG_LEVEL")));
    }

    private static Level level(@Nullable String name) {
        try {
            return name == null ? Level.INFO : Level.parse(name);
        } catch (IllegalArgumentException e) {
            return Level.INFO;
        }
    }

    /** The lines of a stack trace. */
    static String trace(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace, true));
        return trace.toString();
    }

    /** {@code 2026-11-21T10:15:30.123Z INFO models - fraud:7 AVAILABLE}, and the stack trace, if any, below. */
    private static final class OneLine extends Formatter {
        @Override
        public String format(LogRecord record) {
            String logger = String.valueOf(record.getLoggerName());
            StringBuilder line = new StringBuilder()
                    .append(Instant.ofEpochMilli(record.getMillis()))
                    .append(' ')
                    .append(record.getLevel())
                    .append(' ')
                    .append(logger.substring(logger.lastIndexOf('.') + 1))
                    .append(" - ")
                    .append(formatMessage(record))
                    .append(System.lineSeparator());
            Throwable thrown = record.getThrown();
            if (thrown != null) {
                line.append(trace(thrown));
            }
            return line.toString();
        }
    }
}
