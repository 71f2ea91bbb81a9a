package dev.slipway.benchmarks.target;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How long a server took until it was ready.
 *
 * @param seconds from the start of its process
 * @param residentMebibytes of it then
 */
public record Available(double seconds, double residentMebibytes) {
    private static final Duration PAUSE = Duration.ofMillis(20);

    /**
     * Waits until a server that was started at {@code beginNanos} has loaded all.
     *
     * @param versions that must then be available, of each of {@code models}
     * @throws IOException when it does not, or leaves one out
     */
    static Available await(
            ServerProcess process, int port, long beginNanos, Duration patience, Iterable<String> models, int versions)
            throws IOException, InterruptedException {
        while (!isReady(port)) {
            process.checkAlive();
            if (System.nanoTime() - beginNanos > patience.toNanos()) {
                throw new IOException("not ready within %d s:%n%s".formatted(patience.toSeconds(), process.tail()));
            }
            Thread.sleep(PAUSE.toMillis());
        }
        double seconds = (System.nanoTime() - beginNanos) / 1e9;
        for (String model : models) {
            int found = get(port, "/v1/models/" + model).split("\"AVAILABLE\"", -1).length - 1;
            if (found != versions) {
                throw new IOException("%s has %d available versions (expected: %d)".formatted(model, found, versions));
            }
        }
        String pages = Files.readString(Path.of("/proc", Long.toString(process.pid()), "statm"))
                .split(" ")[1];
        return new Available(seconds, Long.parseLong(pages) * 4096 / (double) (1 << 20));
    }

    private static boolean isReady(int port) {
        try {
            get(port, "/v2/health/ready");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String get(int port, String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
        connection.setConnectTimeout(1_000);
        connection.setReadTimeout(30_000);
        if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
            throw new IOException(path + ": status " + connection.getResponseCode());
        }
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
