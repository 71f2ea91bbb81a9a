package dev.slipway.core;

import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs events one after another, and once after each burst of them a reaction to all: a thousand loads that end
 * together are published together.
 */
final class EventLoop {
    private static final System.Logger LOG = System.getLogger(EventLoop.class.getName());

    private final Executor thread;
    private final Runnable afterBurst;
    private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /** @param thread runs one task at a time, in order */
    EventLoop(Executor thread, Runnable afterBurst) {
        this.thread = thread;
        this.afterBurst = afterBurst;
    }

    /** Takes an event; from any thread; never blocks. Answers false when the loop is closed, and will not run it. */
    boolean post(Runnable event) {
        events.add(event);
        if (scheduled.compareAndSet(false, true)) {
            try {
                thread.execute(this::runBurst);
            } catch (RejectedExecutionException e) {
                LOG.log(Level.DEBUG, "the manager is closed; an event that came after is dropped", e);
                scheduled.set(false);
                return false;
            }
        }
        return true;
    }

    private void runBurst() {
        // Cleared first: an event that comes while we run is either seen below or starts another burst.
        scheduled.set(false);
        for (Runnable event = events.poll(); event != null; event = events.poll()) {
            runGuarded(event);
        }
        runGuarded(afterBurst);
    }

    /** One failing event must not take the others, or the loop, with it. */
    private static void runGuarded(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "an event of the manager failed", e);
        }
    }
}
