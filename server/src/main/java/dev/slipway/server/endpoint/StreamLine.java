package dev.slipway.server.endpoint;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * The requests of one stream: each begins once those before it have found their place, so that none overtakes another
 * of its sequence. They run beside each other. As many wait as a stream has in hand. Thread-safe.
 */
public final class StreamLine {
    private final Executor loop;

    // Guarded by this object's monitor.
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean isBusy;

    /** @param loop the stream's event loop */
    public StreamLine(Executor loop) {
        this.loop = loop;
    }

    /** Begins a request, now or later; on the event loop. Each must lead to one {@link #placed}. False for later. */
    public boolean add(Runnable begin) {
        synchronized (this) {
            if (isBusy) {
                waiting.add(begin);
                return false;
            }
            isBusy = true;
        }
        begin.run();
        return true;
    }

    /** The request that was begun last has found its place, or failed. Any thread. */
    public void placed() {
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
