package dev.slipway.benchmarks.target;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, whose output goes to a file. */
final class ServerProcess implements AutoCloseable {
    private static final int TAIL_LINES = 20;

    private final String name;
    private final Process process;
    private final Path log;
    /** Ends the server when this process is ended first. */
    private final Thread atExit;

    private ServerProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.atExit = new Thread(process::destroy, "end " + name);
    }

    static ServerProcess start(String name, List<String> command, Path log) throws IOException {
        Files.createDirectories(log.toAbsolutePath().getParent());
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        // All targets on the same Java.
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("SLIPWAY_JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        process.getOutputStream().close();
        ServerProcess started = new ServerProcess(name, process, log);
        Runtime.getRuntime().addShutdownHook(started.atExit);
        return started;
    }

    /** A port that nobody listens on now. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    long pid() {
        return process.pid();
    }

    /**
     * Checks that it still runs.
     *
     * @throws IOException when it doesn't; with the end of its log
     */
    void checkAlive() throws IOException {
        if (!process.isAlive()) {
            throw new IOException(
                    "%s exited with code %d; the end of %s:%n%s".formatted(name, process.exitValue(), log, tail()));
        }
    }

    /** The last lines that it printed. */
    String tail() throws IOException {
        List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                .lines()
                .toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    /** Asks it, and what it started, to end, and ends it after a minute. */
    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        children.forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
        forget();
    }

    private void forget() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // This process is being ended, and the hook runs.
        }
    }
}
