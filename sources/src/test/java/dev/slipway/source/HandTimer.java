package dev.slipway.source;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that stands still until it is turned by hand; tasks run on the thread that turns it. */
final class HandTimer implements Timer, InstantSource {
    private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparing(Task::due));
    private Instant now = Instant.now();

    private record Task(Instant due, Runnable run) {}

    @Override
    public synchronized Runnable schedule(Duration delay, Runnable run) {
        Task task = new Task(now.plus(delay), run);
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    /** When the next task is due, from now; nothing is planned when it is negative. */
    synchronized Duration untilNext() {
        Task next = tasks.peek();
        return next == null ? Duration.ofSeconds(-1) : Duration.between(now, next.due());
    }

    void turn(Duration by) {
        Instant end = instant().plus(by);
        for (Task task = take(end); task != null; task = take(end)) {
            task.run().run();
        }
        synchronized (this) {
            now = end;
        }
    }

    /** Goes to the next task and runs it. */
    void turnToNext() {
        turn(untilNext());
    }

    private synchronized Task take(Instant end) {
        Task next = tasks.peek();
        if (next == null || next.due().isAfter(end)) {
            return null;
        }
        now = next.due().isAfter(now) ? next.due() : now;
        return tasks.poll();
    }
}
