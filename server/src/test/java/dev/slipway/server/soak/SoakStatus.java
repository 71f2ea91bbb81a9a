package dev.slipway.server.soak;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks the server for what became of a change, as its users would. */
final class SoakStatus {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PAUSE_MILLIS = 50;

    private final SoakServer server;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    SoakStatus(SoakServer server) {
        this.server = server;
    }

    /** Waits until a version is served. */
    void awaitAvailable(int model, long version) throws Exception {
        await(model, version, "AVAILABLE"::equals);
    }

    /** Waits until a version is not told of any more, or as one that has ended. */
    void awaitGone(int model, long version) throws Exception {
        await(model, version, state -> state.isEmpty() || state.equals("END"));
    }

    /** @param wanted of TensorFlow Serving's names of states; empty for a version that is not told of */
    private void await(int model, long version, Predicate<String> wanted) throws Exception {
        String path = "/v1/models/" + SoakModels.name(model);
        Pattern entry = Pattern.compile("\"version\"\\s*:\\s*\"" + version + "\"[^}]*?\"state\"\\s*:\\s*\"(\\w+)\"");
        String last = "";
        for (long end = System.nanoTime() + PATIENCE.toNanos(); System.nanoTime() < end; pause()) {
            HttpResponse<String> answer = request("GET", path, "");
            last = answer.body();
            Matcher found = entry.matcher(last);
            if (answer.statusCode() == 200 && wanted.test(found.find() ? found.group(1) : "")) {
                return;
            }
        }
        throw new AssertionError("%s:%d did not come to the state that it must within %s: %s"
                .formatted(SoakModels.name(model), version, PATIENCE, last));
    }

    /** Waits until all is loaded that is wanted. */
    void awaitReady() throws Exception {
        for (long end = System.nanoTime() + PATIENCE.toNanos(); System.nanoTime() < end; pause()) {
            if (request("GET", "/v2/health/ready", "").statusCode() == 200) {
                return;
            }
        }
        throw new AssertionError("the server was not ready within " + PATIENCE);
    }

    /** Whether a path is served at all. */
    boolean has(String path) throws IOException, InterruptedException {
        int status = request("GET", path, "").statusCode();
        return status != 404 && status != 501;
    }

    HttpResponse<String> request(String method, String path, String body) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.life().restPort() + path);
        HttpRequest.BodyPublisher publisher =
                body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        return http.send(
                HttpRequest.newBuilder(uri)
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .method(method, publisher)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** What may become so. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }

    /** Waits until {@code condition} holds. */
    static void until(Condition condition, String what) throws Exception {
        for (long end = System.nanoTime() + PATIENCE.toNanos(); System.nanoTime() < end; pause()) {
            if (condition.holds()) {
                return;
            }
        }
        throw new AssertionError("not so within %s: %s".formatted(PATIENCE, what));
    }

    /** Nothing tells of a change in another process but asking again. */
    static void pause() throws InterruptedException {
        pause(PAUSE_MILLIS);
    }

    static void pause(long millis) throws InterruptedException {
        new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }
}
