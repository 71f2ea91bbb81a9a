package dev.slipway.server;

import dev.slipway.server.logging.TextForm;
import dev.slipway.server.triton.LogSettings;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.logging.Filter;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Has the JVM's logging do as {@link LogSettings} says, for what the server itself logs. */
final class LogSwitch {
    private static final String OURS = "dev.slipway";

    /** Loggers are forgotten unless somebody holds them, and their levels with them. */
    private static final Logger LOGGER = Logger.getLogger(OURS);

    private LogSwitch() {}

    /** What holds now. */
    static LogSettings.Settings now() {
        return new LogSettings.Settings(
                LOGGER.isLoggable(Level.INFO),
                LOGGER.isLoggable(Level.WARNING),
                LOGGER.isLoggable(Level.SEVERE),
                LOGGER.isLoggable(Level.FINER) ? 2 : LOGGER.isLoggable(Level.FINE) ? 1 : 0,
                false);
    }

    static void apply(LogSettings.Settings settings) {
        LOGGER.setLevel(level(settings));
        Filter filter = log -> isShown(settings, log);
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            handler.setFilter(filter);
            boolean isTriton = handler.getFormatter() instanceof TritonForm;
            if (settings.isTritonForm() && !isTriton) {
                handler.setFormatter(new TritonForm(handler.getFormatter()));
            } else if (!settings.isTritonForm() && handler.getFormatter() instanceof TritonForm triton) {
                handler.setFormatter(triton.before);
            }
        }
    }

    /** The lowest that may be shown: what is below is not even made. */
    private static Level level(LogSettings.Settings settings) {
        if (settings.verboseLevel() > 0) {
            return settings.verboseLevel() > 1 ? Level.ALL : Level.FINE;
        } else if (settings.info()) {
            return Level.INFO;
        } else if (settings.warning()) {
            return Level.WARNING;
        }
        return settings.error() ? Level.SEVERE : Level.OFF;
    }

    private static boolean isShown(LogSettings.Settings settings, LogRecord log) {
        if (!String.valueOf(log.getLoggerName()).startsWith(OURS)) {
            return true;
        }
        int level = log.getLevel().intValue();
        if (level >= Level.SEVERE.intValue()) {
            return settings.error();
        } else if (level >= Level.WARNING.intValue()) {
            return settings.warning();
        }
        return level < Level.INFO.intValue() || settings.info();
    }

    /** {@code 2026-11-21T10:15:30Z 3415 I models] fraud:7 AVAILABLE}. */
    private static final class TritonForm extends Formatter {
        private static final long PID = ManagementFactory.getRuntimeMXBean().getPid();

        private final Formatter before;

        TritonForm(Formatter before) {
            this.before = before;
        }

        @Override
        public String format(LogRecord log) {
            String logger = String.valueOf(log.getLoggerName());
            int level = log.getLevel().intValue();
            String letter = level >= Level.SEVERE.intValue() ? "E" : level >= Level.WARNING.intValue() ? "W" : "I";
            StringBuilder line = new StringBuilder("%s %d %s %s] "
                    .formatted(
                            Instant.ofEpochMilli(log.getMillis()).truncatedTo(ChronoUnit.SECONDS),
                            PID,
                            letter,
                            logger.substring(logger.lastIndexOf('.') + 1)));
            TextForm.end(line, this, log);
            return line.toString();
        }
    }
}
