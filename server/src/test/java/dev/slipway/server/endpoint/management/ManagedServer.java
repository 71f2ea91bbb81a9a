package dev.slipway.server.endpoint.management;

import dev.slipway.api.VersionState;
import dev.slipway.server.config.ModelConfig;
import dev.slipway.server.endpoint.RestPath;
import dev.slipway.server.management.FakeControl;
import dev.slipway.server.management.FakeModels;
import dev.slipway.server.management.Management;
import dev.slipway.server.management.ManualTimer;
import dev.slipway.server.management.StateFeed;
import dev.slipway.server.transport.Transport;
import dev.slipway.server.transport.TransportLimits;
import dev.slipway.server.transport.TransportOptions;
import dev.slipway.server.transport.TransportTimeouts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The management API alone, on a free port, of models and a configuration that do as the test says. */
final class ManagedServer implements AutoCloseable {
    final FakeModels models =
            new FakeModels().with("fraud", VersionState.AVAILABLE, 6, 7).with("churn", VersionState.LOADING, 1);
    final FakeControl control = new FakeControl(Map.of("churn", ModelConfig.at("/elsewhere/churn")));
    final ManualTimer timer = new ManualTimer();
    final StateFeed feed = new StateFeed();
    final Management management = new Management(models, control);
    final ManagementRest rest;
    final int port;

    private final Transport transport;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    ManagedServer() {
        rest = new ManagementRest(
                new ManagementRest.Parts(management, feed, new LineText(), (line, work, refused) -> work.run(), timer),
                (request, path, reply) -> reply.send(
                        200,
                        "text/plain",
                        Map.of(),
                        ByteBuffer.wrap(String.join("/", path).getBytes(StandardCharsets.UTF_8))));
        transport = new Transport(
                new TransportOptions("127.0.0.1", List.of(0), 2, TransportLimits.defaults(), TransportTimeouts.DEFAULT),
                (request, reply) -> {
                    List<String> path = RestPath.segments(request.path());
                    rest.handle(request, path.subList(2, path.size()), reply);
                },
                call -> call.reply(call.message()),
                List.of());
        port = transport.start().get(0);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + Routes.BASE + path));
    }

    HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    HttpResponse<String> post(String path, String body) {
        return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpResponse<String> put(String path, String body) {
        return send(request(path).PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpResponse<String> delete(String path) {
        return send(request(path).DELETE());
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        return join(begin(request, HttpResponse.BodyHandlers.ofString()));
    }

    <T> CompletableFuture<HttpResponse<T>> begin(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
        return http.sendAsync(request.build(), body);
    }

    static <T> T join(CompletableFuture<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Returns once {@code condition} holds; fails after ten seconds. */
    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("condition does not hold after 10 s");
            }
            Thread.onSpinWait();
        }
    }

    boolean stop() {
        return transport.stop(Duration.ofSeconds(30));
    }

    @Override
    public void close() throws IOException {
        transport.stop(Duration.ofMillis(200));
        management.close();
    }
}
