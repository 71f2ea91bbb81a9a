package dev.slipway.core;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Tasks for which nobody waits, run one at a time, when there is nothing else to do. Guarded by its owner's lock. */
final class SpareTasks {
    private static final System.Logger LOG = System.getLogger(SpareTasks.class.getName());

    private final ReentrantLock lock;
    private final BooleanSupplier isCalm;
    private final Condition changed;
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean isStarted;
    private boolean closed;

    /** @param isCalm whether a task may run now; asked under the lock */
    SpareTasks(ReentrantLock lock, BooleanSupplier isCalm) {
        this.lock = lock;
        this.isCalm = isCalm;
        this.changed = lock.newCondition();
    }

    void add(Runnable task) {
        if (!isStarted) {
            Thread thread = new Thread(this::run, "slipway-compute-spare");
            thread.setDaemon(true);
            thread.start();
            isStarted = true;
        }
        tasks.add(task);
        changed.signal();
    }

    /** It may have become calm. */
    void look() {
        if (!tasks.isEmpty()) {
            changed.signal();
        }
    }

    /** Drops what waits. */
    void close() {
        closed = true;
        changed.signal();
    }

    private void run() {
        lock.lock();
        try {
            while (!closed) {
                if (tasks.isEmpty() || !isCalm.getAsBoolean()) {
                    changed.awaitUninterruptibly();
                } else {
                    runOne(tasks.remove());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void runOne(Runnable task) {
        lock.unlock();
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a task beside the requests failed unexpectedly", e);
        } finally {
            lock.lock();
        }
    }
}
