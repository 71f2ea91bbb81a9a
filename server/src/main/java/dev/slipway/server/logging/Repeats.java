package dev.slipway.server.logging;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Tells which lines are written: of lines that say the same, so many in an interval, and then once how many more there were. Below
 * INFO all are: who asked for those looks for something. Not thread-safe.
 */
final class Repeats {
    static final long INTERVAL_SECONDS = 60;

    /** Different lines that are looked after at once; beyond, the oldest begins anew. */
    static final int KINDS_MAX = 1_000;

    private static final long INTERVAL_NANOS = INTERVAL_SECONDS * 1_000_000_000L;
    private static final Formatter TEXT = new TextForm();

    private final int linesMax;
    private final LongSupplier nanoTime;

    /** In the order in which their intervals began. */
    private final Map<Kind, Count> counts = new LinkedHashMap<>();

    private record Kind(@Nullable String logger, Level level, String text) {}

    private static final class Count {
        final long sinceNanos;
        int lines;
        int more;

        Count(long sinceNanos) {
            this.sinceNanos = sinceNanos;
        }
    }

    /** @param linesMax of a kind in an interval; 0 for all */
    Repeats(int linesMax, LongSupplier nanoTime) {
        this.linesMax = linesMax;
        this.nanoTime = nanoTime;
    }

    /** Whether a line is to be written; those that {@link #over} says come before it. */
    boolean isWritten(LogRecord log) {
        if (linesMax == 0 || log.getLevel().intValue() < Level.INFO.intValue()) {
            return true;
        }
        // As it is read: what fails for one model and for another is not the same, but what two requests were told is.
        Kind kind = new Kind(log.getLoggerName(), log.getLevel(), TextForm.message(TEXT, log));
        Count count = counts.computeIfAbsent(kind, added -> new Count(nanoTime.getAsLong()));
        if (count.lines < linesMax) {
            count.lines++;
            return true;
        }
        count.more++;
        return false;
    }

    /** A line for each kind of which there were more, and whose interval is over, or that has to make room; null for none. */
    @Nullable
    LogRecord over() {
        Iterator<Map.Entry<Kind, Count>> oldest = counts.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<Kind, Count> entry = oldest.next();
            boolean isOver = nanoTime.getAsLong() - entry.getValue().sinceNanos >= INTERVAL_NANOS;
            if (!isOver && counts.size() < KINDS_MAX) {
                return null;
            }
            oldest.remove();
            if (entry.getValue().more > 0) {
                return summary(entry.getKey(), entry.getValue().more);
            }
        }
        return null;
    }

    /** As {@link #over}, of an interval that is not over; null once all was told. */
    @Nullable
    LogRecord rest() {
        for (Map.Entry<Kind, Count> entry : counts.entrySet()) {
            int more = entry.getValue().more;
            if (more > 0) {
                entry.getValue().more = 0;
                return summary(entry.getKey(), more);
            }
        }
        return null;
    }

    /** Whether lines were left out of which nothing was said yet. */
    boolean owesMore() {
        return counts.values().stream().anyMatch(count -> count.more > 0);
    }

    private static LogRecord summary(Kind kind, int more) {
        LogRecord log = new LogRecord(
                kind.level(),
                "... and %d more like it in %d s: %s".formatted(more, INTERVAL_SECONDS, shortened(kind.text())));
        log.setLoggerName(kind.logger());
        return log;
    }

    private static String shortened(String text) {
        int most = 200;
        return text.length() <= most ? text : text.substring(0, most) + "...";
    }
}
