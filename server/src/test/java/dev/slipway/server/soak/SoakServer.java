package dev.slipway.server.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.GrpcClient;
import dev.slipway.server.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server in a process of its own, killed and started again. Its heap is fixed and touched, so that what its resident
 * memory grows by is native.
 */
final class SoakServer implements AutoCloseable {
    private static final Pattern PORTS = Pattern.compile("http://localhost:(\\d+) and http://localhost:(\\d+)");
    private static final long START_SECONDS = 120;

    private final List<String> options;
    private final Path log;
    private volatile Life life;

    /** @param options behind {@code serve} */
    SoakServer(List<String> options, Path log) {
        this.options = List.copyOf(options);
        this.log = log;
    }

    /**
     * A process of the server.
     *
     * @param number from 1
     */
    record Life(int number, Process process, int restPort, int grpcPort, GrpcClient grpc) {
        /** Resident, Java's heap included. */
        long residentBytes() throws IOException {
            String text = Files.readString(Path.of("/proc/" + process.pid() + "/statm"));
            return Long.parseLong(text.split(" ")[1]) * 4096;
        }
    }

    /** The process that runs now, or ran last. */
    Life life() {
        return life;
    }

    /** Whether {@code seen} is still the process that runs. */
    boolean isAlive(Life seen) {
        return seen == life && seen.process().isAlive();
    }

    /** Starts it, and waits until it listens. */
    synchronized Life start() throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms192m",
                "-Xmx192m",
                "-XX:+AlwaysPreTouch",
                "-XX:ReservedCodeCacheSize=64m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve"));
        command.addAll(options);
        command.addAll(List.of("--host=127.0.0.1", "--port=0", "--rest_api_port=0"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("XDG_CACHE_HOME", log.resolveSibling("cache").toString());
        Process process = builder.start();
        CompletableFuture<Matcher> banner = new CompletableFuture<>();
        Thread reader = new Thread(() -> copy(process, banner), "soak-log");
        reader.setDaemon(true);
        reader.start();
        try {
            Matcher ports = banner.get(START_SECONDS, TimeUnit.SECONDS);
            int grpc = Integer.parseInt(ports.group(2));
            life = new Life(
                    life == null ? 1 : life.number() + 1,
                    process,
                    Integer.parseInt(ports.group(1)),
                    grpc,
                    new GrpcClient(grpc));
            return life;
        } catch (Exception e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private void copy(Process process, CompletableFuture<Matcher> banner) {
        try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                Files.writeString(
                        log, line + System.lineSeparator(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                Matcher ports = PORTS.matcher(line);
                if (ports.find()) {
                    banner.complete(ports);
                }
            }
            banner.completeExceptionally(new IOException("the server ended; see " + log));
        } catch (IOException e) {
            banner.completeExceptionally(new UncheckedIOException(e));
        }
    }

    /** SIGKILL. */
    synchronized void kill() throws InterruptedException {
        life.process().destroyForcibly();
        assertThat(life.process().waitFor(30, TimeUnit.SECONDS)).as("killed").isTrue();
        life.grpc().close();
    }

    /** SIGTERM, at which it must end with 0. */
    synchronized int stop() throws InterruptedException {
        life.process().destroy();
        assertThat(life.process().waitFor(60, TimeUnit.SECONDS)).as("stopped").isTrue();
        return life.process().exitValue();
    }

    @Override
    public synchronized void close() {
        if (life != null) {
            life.process().destroyForcibly();
            life.grpc().close();
        }
    }
}
