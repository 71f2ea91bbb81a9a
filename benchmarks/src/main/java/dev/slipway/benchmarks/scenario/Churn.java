package dev.slipway.benchmarks.scenario;

import dev.slipway.benchmarks.model.Ballast;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Gives a server a new version of a large model as soon as it has loaded the one before, which it then unloads. */
final class Churn implements AutoCloseable {
    private static final String MODEL = "churn";
    private static final long PATIENCE_SECONDS = 120;
    private static final long PAUSE_MILLIS = 50;

    private final Path folder;
    private final Path file;
    private final int port;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CompletableFuture<Integer> loads;

    private Churn(Path models, Path file, int port) {
        this.folder = models.resolve(MODEL);
        this.file = file;
        this.port = port;
        this.loads = CompletableFuture.supplyAsync(() -> {
            try {
                return run();
            } catch (IOException e) {
                throw new CompletionException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        });
    }

    /**
     * Begins.
     *
     * @param models the folder that the server serves
     * @param work takes the model's file
     * @param port of the server's REST API
     */
    static Churn start(Path models, Path work, int port) throws IOException {
        Path file = work.resolve("made/ballast/model.onnx");
        Ballast.HALF_A_GIBIBYTE.writeTo(file);
        return new Churn(models, file, port);
    }

    private int run() throws IOException, InterruptedException {
        int version = nextVersion();
        int count = 0;
        while (stop.getCount() > 0) {
            Path staged = Files.createDirectories(folder.resolveSibling(".churn-" + version));
            // No second copy: reading it is to be cheap, as of a fast disk.
            Files.createLink(staged.resolve("model.onnx"), file);
            Files.createDirectories(folder);
            Files.move(staged, folder.resolve(Integer.toString(version)), StandardCopyOption.ATOMIC_MOVE);
            awaitAvailable(version);
            remove(version - 1);
            count++;
            version++;
        }
        return count;
    }

    private int nextVersion() {
        int version = 1;
        while (Files.exists(folder.resolve(Integer.toString(version)))) {
            version++;
        }
        return version;
    }

    private void awaitAvailable(int version) throws IOException, InterruptedException {
        Pattern available = Pattern.compile("\"version\"\\s*:\\s*\"" + version + "\"[^}]*?\"AVAILABLE\"");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        String last = "";
        while (System.nanoTime() < end) {
            HttpURLConnection asked = (HttpURLConnection) URI.create("http://127.0.0.1:" + port + "/v1/models/" + MODEL)
                    .toURL()
                    .openConnection();
            if (asked.getResponseCode() == HttpURLConnection.HTTP_OK) {
                last = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (available.matcher(last).find()) {
                    return;
                }
            }
            if (stop.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
        throw new IOException(
                "version %d was not available within %d s: %s".formatted(version, PATIENCE_SECONDS, last));
    }

    private void remove(int version) throws IOException {
        Path gone = folder.resolve(Integer.toString(version));
        if (Files.exists(gone)) {
            Path aside = folder.resolveSibling(".gone-" + version);
            Files.move(gone, aside, StandardCopyOption.ATOMIC_MOVE);
            Files.deleteIfExists(aside.resolve("model.onnx"));
            Files.delete(aside);
        }
    }

    /** Stops, and answers how many loads there were. */
    int loads() {
        stop.countDown();
        try {
            return loads.join();
        } catch (CompletionException e) {
            throw new IllegalStateException("churn: " + e.getCause(), e);
        }
    }

    @Override
    public void close() {
        stop.countDown();
    }
}
