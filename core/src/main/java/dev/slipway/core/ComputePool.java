package dev.slipway.core;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Threads that run requests, one queue a model, the queues served in turn: a flood on one model, or a model that never
 * answers, leaves the others their share.
 *
 * <p>As many tasks run at once as there are cores. A task that runs for longer than {@value #LONG_MILLIS} ms no longer
 * counts, so that another may start beside it and the system divides the cores among them; one model may have no more
 * than twice the cores of them.
 */
public final class ComputePool implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ComputePool.class.getName());
    private static final int LONG_MILLIS = 100;
    /** What a task takes nobody knows here. */
    private static final Duration WORTH_ANOTHER_TRY = Duration.ofSeconds(1);

    private final int cores;
    private final int queueMax;
    private final int laneThreadsMax;

    /** Several models that never answer fit in beside those that do. */
    private final int threadsMax;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();

    // All below is guarded by the lock.
    private final Map<String, Lane> lanes = new HashMap<>();
    private final Queue<Lane> ready = new ArrayDeque<>();
    private final Set<Worker> workers = new HashSet<>();
    private final SpareTasks spare = new SpareTasks(lock, this::hasFreeCore);
    private int idle;
    private int longRunning;
    private boolean closed;

    /** One model's waiting tasks. */
    private static final class Lane {
        final String name;
        final Queue<Runnable> tasks = new ArrayDeque<>();
        int running;
        boolean isReady;

        Lane(String name) {
            this.name = name;
        }
    }

    /**
     * @param cores tasks that run at once, at least 1
     * @param queueMax tasks that wait for one model at most, at least 1
     */
    public ComputePool(int cores, int queueMax) {
        if (cores < 1 || queueMax < 1) {
            throw new IllegalArgumentException("cores: %d, queueMax: %d (expected: >= 1)".formatted(cores, queueMax));
        }
        this.cores = cores;
        this.queueMax = queueMax;
        this.laneThreadsMax = 2 * cores;
        this.threadsMax = Math.max(64, 8 * cores);
        Thread watch = new Thread(this::watch, "slipway-compute-watch");
        watch.setDaemon(true);
        watch.start();
    }

    /**
     * Runs {@code task} as soon as the model's turn comes.
     *
     * @throws SlipwayException {@code RESOURCE_EXHAUSTED} when the model's queue is full; {@code UNAVAILABLE} once the
     *     pool is closed
     */
    public void execute(String model, Runnable task) {
        lock.lock();
        try {
            if (closed) {
                throw new SlipwayException(ErrorCode.UNAVAILABLE, "the server is shutting down");
            }
            Lane lane = lanes.computeIfAbsent(model, Lane::new);
            if (lane.tasks.size() >= queueMax) {
                throw SlipwayException.passing(
                        ErrorCode.RESOURCE_EXHAUSTED,
                        "model '%s': queue is full (%d requests wait)".formatted(model, queueMax),
                        WORTH_ANOTHER_TRY);
            }
            lane.tasks.add(task);
            offer(lane);
        } finally {
            lock.unlock();
        }
    }

    /** Takes a task back that waits, if it still does. */
    public void withdraw(String model, Runnable task) {
        lock.lock();
        try {
            Lane lane = lanes.get(model);
            if (lane == null || !lane.tasks.remove(task) || !lane.tasks.isEmpty()) {
                return;
            }
            if (lane.isReady) {
                lane.isReady = false;
                ready.remove(lane);
            }
            if (lane.running == 0) {
                lanes.remove(model);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * As {@link #execute}, for a caller that sees by itself that not too many wait.
     *
     * @throws SlipwayException {@code UNAVAILABLE} once the pool is closed
     */
    public void turn(String model, Runnable task) {
        lock.lock();
        try {
            if (closed) {
                throw new SlipwayException(ErrorCode.UNAVAILABLE, "the server is shutting down");
            }
            Lane lane = lanes.computeIfAbsent(model, Lane::new);
            lane.tasks.add(task);
            offer(lane);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs {@code task}, for which nobody waits, when no request waits for a thread and a core is free; one such task at a
     * time, on a thread that requests do not use. For a caller that sees by itself that not too many wait. What waits when
     * the pool is closed is dropped.
     *
     * @throws SlipwayException {@code UNAVAILABLE} once the pool is closed
     */
    public void whenSpare(Runnable task) {
        lock.lock();
        try {
            if (closed) {
                throw new SlipwayException(ErrorCode.UNAVAILABLE, "the server is shutting down");
            }
            spare.add(task);
        } finally {
            lock.unlock();
        }
    }

    private boolean hasFreeCore() {
        return ready.isEmpty() && workers.size() - idle - longRunning < cores;
    }

    /** Tasks that run at once. */
    public int cores() {
        return cores;
    }

    /** Puts a lane in line if it has work and may run more, and sees that somebody comes for it. */
    private void offer(Lane lane) {
        if (!lane.isReady && !lane.tasks.isEmpty() && lane.running < laneThreadsMax) {
            lane.isReady = true;
            ready.add(lane);
        }
        if (!ready.isEmpty()) {
            if (idle > 0) {
                work.signal();
            } else if (workers.size() - longRunning < cores && workers.size() < threadsMax) {
                startWorker();
            }
        }
    }

    private void startWorker() {
        Worker worker = new Worker();
        try {
            worker.start();
            workers.add(worker);
        } catch (OutOfMemoryError e) {
            // The system gives no more threads: those that run go on with what waits.
            LOG.log(Level.ERROR, "no thread could be started", e);
        }
    }

    private final class Worker extends Thread {
        /** When the present task began, on System.nanoTime's line; 0 between tasks. */
        private long since;

        private boolean isLong;

        Worker() {
            super("slipway-compute");
            setDaemon(true);
        }

        @Override
        public void run() {
            lock.lock();
            try {
                while (awaitTurn()) {
                    runOne(ready.remove());
                }
            } finally {
                workers.remove(this);
                spare.look();
                lock.unlock();
            }
        }

        /** Waits for a lane; answers false when this thread is one too many. */
        private boolean awaitTurn() {
            while (true) {
                if (workers.size() - longRunning > cores) {
                    return false;
                }
                if (!ready.isEmpty()) {
                    return true;
                }
                if (closed) {
                    return false;
                }
                idle++;
                spare.look();
                work.awaitUninterruptibly();
                idle--;
            }
        }

        private void runOne(Lane lane) {
            lane.isReady = false;
            Runnable task = lane.tasks.remove();
            lane.running++;
            offer(lane);
            since = System.nanoTime() | 1;
            lock.unlock();
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, "a request of model '" + lane.name + "' failed unexpectedly", e);
            } finally {
                lock.lock();
                since = 0;
                if (isLong) {
                    isLong = false;
                    longRunning--;
                }
                lane.running--;
                if (lane.running == 0 && lane.tasks.isEmpty()) {
                    lanes.remove(lane.name);
                } else {
                    offer(lane);
                }
            }
        }
    }

    /** Notices tasks that run for long, and lets others start beside them. */
    private void watch() {
        lock.lock();
        try {
            while (!closed || !workers.isEmpty()) {
                long now = System.nanoTime();
                for (Worker worker : workers) {
                    boolean overdue =
                            worker.since != 0 && now - worker.since > TimeUnit.MILLISECONDS.toNanos(LONG_MILLIS);
                    if (overdue && !worker.isLong) {
                        worker.isLong = true;
                        longRunning++;
                        spare.look();
                    }
                }
                int missing = Math.min(ready.size(), cores - (workers.size() - longRunning));
                for (int i = 0; i < missing && workers.size() < threadsMax; i++) {
                    startWorker();
                }
                lock.unlock();
                try {
                    TimeUnit.MILLISECONDS.sleep(LONG_MILLIS / 2);
                } finally {
                    lock.lock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /**
     * How busy the pool is.
     *
     * @param running threads that run a task
     * @param overdue of these, those that no longer count since they have run for long
     * @param idle threads that wait for a task
     * @param waiting tasks that wait, over all models
     */
    public record Use(int running, int overdue, int idle, int waiting) {}

    /** How busy the pool is now. */
    public Use use() {
        lock.lock();
        try {
            return new Use(workers.size() - idle, longRunning, idle, waiting());
        } finally {
            lock.unlock();
        }
    }

    /** Tasks that wait, over all models. */
    public int waiting() {
        lock.lock();
        try {
            return lanes.values().stream().mapToInt(lane -> lane.tasks.size()).sum();
        } finally {
            lock.unlock();
        }
    }

    /** Takes no new tasks; those that wait are still run. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signalAll();
            spare.close();
        } finally {
            lock.unlock();
        }
    }
}
