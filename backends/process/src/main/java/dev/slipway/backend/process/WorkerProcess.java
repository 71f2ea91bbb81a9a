package dev.slipway.backend.process;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** One process, with whatever it started. For one thread, but for {@link #isAlive}, {@link #pid} and {@link #end}. */
final class WorkerProcess {
    private static final System.Logger LOG = System.getLogger(WorkerProcess.class.getName());
    private static final int SIGNAL_BASE = 128;
    private static final int SIGNAL_MAX = 64;
    private static final int LINE_SHOWN_MAX = 300;
    private static final long MOMENT_MILLIS = 1000;

    /** Who closes its connection since it ends is gone soon. */
    private static final long END_MILLIS = 200;

    private final Process process;
    private final OutputLog output;
    private final boolean hasGroup;

    /** Why it was ended from outside; empty where it was not. */
    private volatile String endedFor = "";

    private final AtomicBoolean isKilled = new AtomicBoolean();

    private WorkerProcess(Process process, OutputLog output, boolean hasGroup) {
        this.process = process;
        this.output = output;
        this.hasGroup = hasGroup;
    }

    /**
     * @param name as the log calls it
     * @param environment all that the process gets
     * @param hasGroup whether the command begins with what gives it a group of its own
     */
    static WorkerProcess start(
            String name, List<String> command, Map<String, String> environment, Path folder, boolean hasGroup)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        OutputLog output = new OutputLog(name, process.getInputStream(), System::nanoTime);
        Thread thread = new Thread(output, "slipway-output-" + name);
        thread.setDaemon(true);
        thread.start();
        return new WorkerProcess(process, output, hasGroup);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void onExit(Runnable told) {
        var unused = process.onExit().thenRun(told);
    }

    /** Whether it ended by itself in that time. */
    boolean awaitEnd(Duration patience) throws InterruptedException {
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Asks it, and what it started, to end. */
    void terminate() throws InterruptedException {
        if (!signalled("TERM")) {
            process.destroy();
        }
    }

    /** Ends it and what it started, for a reason that is told later. */
    void end(String reason) {
        endedFor = reason;
        kill();
    }

    /** Ends it and what it started; what it started even where it has ended itself. */
    void kill() {
        if (!isKilled.compareAndSet(false, true)) {
            return;
        }
        List<ProcessHandle> children = process.descendants().toList();
        try {
            boolean unused = signalled("KILL");
        } catch (InterruptedException e) {
            // The thread is to end: what follows does without waiting.
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    private boolean signalled(String signal) throws InterruptedException {
        if (!hasGroup) {
            return false;
        }
        try {
            Wrappers.signalGroup(signal, process.pid());
            return true;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "no signal can be sent: {0}", e.toString());
            return false;
        }
    }

    /**
     * How it ended, and what it said last. Where it has not, it is ended.
     *
     * @param what was seen of its end from here
     */
    String story(String what) throws InterruptedException {
        if (!process.waitFor(END_MILLIS, TimeUnit.MILLISECONDS)) {
            endedFor = endedFor.isEmpty() ? what + " and was ended" : endedFor;
        }
        // What it started may hold its output open, and would be waited for.
        kill();
        boolean hasEnded = process.waitFor(MOMENT_MILLIS, TimeUnit.MILLISECONDS);
        StringBuilder story = new StringBuilder(endedFor.isEmpty() ? what : endedFor);
        if (hasEnded && endedFor.isEmpty()) {
            story.append("; exit code ").append(process.exitValue());
            int signal = process.exitValue() - SIGNAL_BASE;
            if (signal > 0 && signal <= SIGNAL_MAX) {
                story.append(" (signal ").append(signal).append(')');
            }
        }
        List<String> lines = output.lastLines(MOMENT_MILLIS);
        if (!lines.isEmpty()) {
            story.append("; it said last: ")
                    .append(lines.stream()
                            .map(WorkerProcess::shortened)
                            .reduce((a, b) -> a + " | " + b)
                            .orElse(""));
        }
        return story.toString();
    }

    private static String shortened(String line) {
        return line.length() > LINE_SHOWN_MAX ? line.substring(0, LINE_SHOWN_MAX) + "..." : line;
    }
}
