package dev.slipway.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LowPriorityTest {
    private final LinkedBlockingQueue<Runnable> planned = new LinkedBlockingQueue<>();
    private final Timer timer = (delay, task) -> {
        assertThat(delay).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        planned.add(task);
        return () -> {};
    };

    @Test
    void lowersThreadsAndWhatTheyStartButNobodyElse() throws Exception {
        assumeThat(Files.exists(Path.of("/proc/thread-self")) && Files.isExecutable(Path.of("/usr/bin/renice")))
                .as("this system has /proc/thread-self and renice")
                .isTrue();
        long own = nice();
        ExecutorService pool = Executors.newSingleThreadExecutor(new LowPriority(timer).of(Thread::new));
        try {
            assertThat(pool.submit(LowPriorityTest::nice).get()).as("at first").isEqualTo(own);
            planned.take().run();
            while (pool.submit(LowPriorityTest::nice).get() != 19) {
                Thread.onSpinWait();
            }
            assertThat(pool.submit(LowPriorityTest::niceOfAChild).get()).isEqualTo(19);
            assertThat(nice()).as("of the thread that asked").isEqualTo(own);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void runsTasksWhereTheTimerRefuses() throws Exception {
        Timer refusing = (delay, task) -> {
            throw new IllegalStateException("closed");
        };
        ExecutorService pool = Executors.newSingleThreadExecutor(new LowPriority(refusing).of(Thread::new));
        try {
            assertThat(pool.submit(() -> "ran").get(10, TimeUnit.SECONDS)).isEqualTo("ran");
        } finally {
            pool.shutdownNow();
        }
    }

    private static long niceOfAChild() throws Exception {
        CompletableFuture<Long> found = new CompletableFuture<>();
        new Thread(() -> found.complete(nice())).start();
        return found.get(10, TimeUnit.SECONDS);
    }

    /** Of the calling thread: field 19 of its stat, whose second field is a name in brackets. */
    private static long nice() {
        try {
            String stat = Files.readString(Path.of("/proc/thread-self/stat"));
            return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
