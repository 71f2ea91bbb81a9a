package dev.slipway.server.endpoint;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * The requests of one stream: each is read once those before it have found their place, so that none overtakes another
 * of its sequence. They run beside each other. Thread-safe.
 */
final class StreamLine {
    private final Executor loop;

    // Guarded by this object's monitor.
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean isBusy;

    /** @param loop the stream's event loop */
    StreamLine(Executor loop) {
        this.loop = loop;
    }

    /** Begins a request, now or later; on the event loop. Each must lead to one {@link #placed}. */
    void add(Runnable begin) {
        synchronized (this) {
            if (isBusy) {
                waiting.add(begin);
                return;
            }
            isBusy = true;
        }
        begin.run();
    }

    /** The request that was begun last has found its place, or failed. Any thread. */
    void placed() {
        Runnable next;
        synchronized (this) {
            next = waiting.poll();
            isBusy = next != null;
        }
        if (next != null) {
            loop.execute(next);
        }
    }
}
