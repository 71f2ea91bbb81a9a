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

    /** Events that are answered together at most: a flood of questions must not put off the answers for ever. */
    private static final int BURST_MAX = 10_000;

    private final Executor thread;
    private final Runnable afterBurst;
    private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /** An event that somebody waits for: once the loop is closed it is refused, on whatever thread finds that out. */
    private record Question(Runnable event, Runnable refusal) implements Runnable {
        @Override
        public void run() {
            event.run();
        }
    }

    /** @param thread runs one task at a time, in order */
    EventLoop(Executor thread, Runnable afterBurst) {
        this.thread = thread;
        this.afterBurst = afterBurst;
    }

    /** Takes an event; from any thread; never blocks. Drops it when the loop is closed. */
    void post(Runnable event) {
        events.add(event);
        wake();
    }

    private void wake() {
        if (scheduled.compareAndSet(false, true)) {
            try {
                thread.execute(this::runBurst);
            } catch (RejectedExecutionException e) {
                LOG.log(Level.DEBUG, "the manager is closed; events that come after are dropped", e);
                scheduled.set(false);
                refuseAll();
            }
        }
    }

    /** As {@link #post}, for what must not be forgotten: runs one of both, once. */
    void ask(Runnable event, Runnable refusal) {
        post(new Question(event, refusal));
    }

    /** Who posted while another found out that the loop is closed left its event to that one. */
    private void refuseAll() {
        for (Runnable event = events.poll(); event != null; event = events.poll()) {
            if (event instanceof Question question) {
                runGuarded(question.refusal());
            }
        }
    }

    private void runBurst() {
        // Cleared first: an event that comes while we run is either seen below or starts another burst.
        scheduled.set(false);
        Runnable event = events.poll();
        for (int left = BURST_MAX; event != null; left--) {
            runGuarded(event);
            event = left > 1 ? events.poll() : null;
        }
        runGuarded(afterBurst);
        if (!events.isEmpty()) {
            wake();
        }
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
