package dev.slipway.server.management;

import dev.slipway.core.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A timer whose time a test turns by hand. */
public final class ManualTimer implements Timer {
    private record Task(long at, Runnable work) {}

    private final List<Task> tasks = new ArrayList<>();
    private long now;

    @Override
    public synchronized Runnable schedule(Duration delay, Runnable work) {
        Task task = new Task(now + delay.toNanos(), work);
        tasks.add(task);
        return () -> cancel(task);
    }

    private synchronized void cancel(Task task) {
        tasks.removeIf(one -> one == task);
    }

    /** Tasks that wait. */
    public synchronized int waiting() {
        return tasks.size();
    }

    /** Lets time pass, and runs what falls due by then. */
    public void advance(Duration time) {
        List<Task> due;
        synchronized (this) {
            now += time.toNanos();
            due = tasks.stream().filter(task -> task.at() <= now).toList();
            tasks.removeAll(due);
        }
        due.forEach(task -> task.work().run());
    }
}
