package dev.slipway.server.logging;

import java.util.logging.LogRecord;

/** Which thread logged. */
final class ThreadNames {
    private ThreadNames() {}

    /** Its name while that is still the thread at hand, as with handlers that write at once; else its number. */
    static String of(LogRecord log) {
        Thread current = Thread.currentThread();
        return current.getId() == log.getLongThreadID() ? current.getName() : Long.toString(log.getLongThreadID());
    }
}
