package dev.slipway.server.logging;

import java.io.OutputStream;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.logging.StreamHandler;

/** Where lines go, each at once: all but {@linkplain Repeats those that repeat others}. Thread-safe. */
final class LogOutput extends StreamHandler {
    private final Repeats repeats;
    private final Executor afterAnInterval;
    private boolean isAwaited;

    /**
     * @param repeats lines of a kind in an interval; 0 for all
     * @param afterAnInterval runs what it is given once an interval is over
     */
    LogOutput(OutputStream to, Formatter form, int repeats, LongSupplier nanoTime, Executor afterAnInterval) {
        super(to, form);
        this.repeats = new Repeats(repeats, nanoTime);
        this.afterAnInterval = afterAnInterval;
    }

    @Override
    public synchronized void publish(LogRecord log) {
        if (!isLoggable(log)) {
            return;
        }
        tellOver();
        if (repeats.isWritten(log)) {
            super.publish(log);
            flush();
        } else if (!isAwaited) {
            isAwaited = true;
            afterAnInterval.execute(this::tellLater);
        }
    }

    private synchronized void tellLater() {
        tellOver();
        isAwaited = repeats.owesMore();
        if (isAwaited) {
            afterAnInterval.execute(this::tellLater);
        }
    }

    /** Tells what is owed; leaves open where lines go, which is the process's. */
    @Override
    public synchronized void close() {
        for (LogRecord rest = repeats.rest(); rest != null; rest = repeats.rest()) {
            super.publish(rest);
        }
        flush();
    }

    private void tellOver() {
        for (LogRecord over = repeats.over(); over != null; over = repeats.over()) {
            super.publish(over);
            flush();
        }
    }
}
