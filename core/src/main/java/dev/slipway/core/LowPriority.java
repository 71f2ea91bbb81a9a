package dev.slipway.core;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/**
 * Makes threads leave the processor to others. Java's own priorities change nothing on Linux, so there the thread's nice
 * value is raised by the program {@code renice}, and that of native threads that it starts later with it; it can't be
 * lowered again. Where that can't be done, nothing happens.
 */
final class LowPriority {
    private static final System.Logger LOG = System.getLogger(LowPriority.class.getName());

    /** A server that starts serves nobody yet, and has better things to do than to start programs. */
    private static final Duration DELAY = Duration.ofSeconds(1);

    /** {@code PID/task/TID} of the thread that looks. */
    private static final Path SELF = Path.of("/proc/thread-self");

    private static final String NICEST = "19";

    private final Timer timer;

    LowPriority(Timer timer) {
        this.timer = timer;
    }

    /** Threads of {@code factory} that have low priority soon after they start. */
    @SuppressWarnings("ThreadPriorityCheck") // A wish, on which nothing relies.
    ThreadFactory of(ThreadFactory factory) {
        return task -> {
            Thread thread = factory.newThread(() -> {
                lower();
                task.run();
            });
            thread.setPriority(Thread.MIN_PRIORITY);
            return thread;
        };
    }

    /** Of the calling thread. */
    private void lower() {
        try {
            String thread = Files.readSymbolicLink(SELF).getFileName().toString();
            timer.schedule(DELAY, () -> aside(List.of("renice", "-n", NICEST, "-p", thread)));
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.DEBUG, "the priority of load threads can't be lowered here", e);
        }
    }

    /** The timer's thread has no time to start programs. */
    private static void aside(List<String> command) {
        Thread starter = new Thread(() -> run(command), "slipway-renice");
        starter.setDaemon(true);
        starter.start();
    }

    private static void run(List<String> command) {
        try {
            int code = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            LOG.log(Level.DEBUG, "{0}: exit code {1}", String.join(" ", command), code);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the priority of load threads can't be lowered here", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
