package dev.slipway.server;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;

/** What a start has opened so far, closed again when it goes no further. Used by one thread. */
final class Opened {
    private static final System.Logger LOG = System.getLogger(Opened.class.getName());

    private final Deque<Runnable> closes = new ArrayDeque<>();

    /** @param close of what was opened last */
    void add(Runnable close) {
        closes.push(close);
    }

    /** Closes all, what was opened last first; whatever goes wrong, the others follow. */
    void close() {
        for (Runnable close : closes) {
            try {
                close.run();
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "what a start had opened could not be closed", e);
            }
        }
        closes.clear();
    }
}
