package dev.slipway.server.endpoint.management;

import dev.slipway.access.Permit;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionState;
import dev.slipway.protocol.proto.inference.OpenInferenceProtos;
import dev.slipway.protocol.proto.tensorflow.serving.ModelServerConfig;
import dev.slipway.protocol.proto.tensorflow.serving.ModelServiceProtos;
import dev.slipway.server.config.ModelConfig;
import dev.slipway.server.endpoint.RestPath;
import dev.slipway.server.management.FakeControl;
import dev.slipway.server.management.FakeModels;
import dev.slipway.server.management.Management;
import dev.slipway.server.management.ManualTimer;
import dev.slipway.server.management.StateFeed;
import dev.slipway.server.transport.GrpcCall;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
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
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** The management API alone, on a free port, of models and a configuration that do as the test says. */
final class ManagedServer implements AutoCloseable {
    final FakeModels models =
            new FakeModels().with("fraud", VersionState.AVAILABLE, 6, 7).with("churn", VersionState.LOADING, 1);
    final FakeControl control = new FakeControl(Map.of("churn", ModelConfig.at("/elsewhere/churn")));
    final ManualTimer timer = new ManualTimer();
    final StateFeed feed = new StateFeed();
    final Management management = new Management(models, control);
    final ManagementRest rest;

    /** Of whoever calls by gRPC. */
    volatile Permit permit = Permit.ALL;

    final int port;

    private final TritonRepository triton;
    private final ReloadRequests reloads;

    private final Transport transport;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    ManagedServer() {
        Managed managed = new Managed(management, feed, new LineText(), ManagedServer::peerModels, timer);
        Aside inline = (line, work, refused) -> work.run();
        reloads = new ReloadRequests(management, managed.peerModels());
        triton = new TritonRepository(management, inline);
        rest = new ManagementRest(
                managed,
                inline,
                (request, path, reply) -> reply.send(
                        200,
                        "text/plain",
                        Map.of(),
                        ByteBuffer.wrap(String.join("/", path).getBytes(StandardCharsets.UTF_8))));
        transport = new Transport(
                new TransportOptions("127.0.0.1", List.of(0), 2, TransportLimits.defaults(), TransportTimeouts.DEFAULT),
                this::handle,
                this::handle,
                Stream.of(ModelServiceProtos.getDescriptor(), OpenInferenceProtos.getDescriptor())
                        .flatMap(file -> file.getServices().stream())
                        .toList());
        port = transport.start().get(0);
    }

    private void handle(RestRequest request, RestReply reply) {
        List<String> path = RestPath.segments(request.path());
        if (path.get(0).equals("slipway")) {
            rest.handle(request, path.subList(2, path.size()), reply);
        } else {
            triton.handle(request, path.subList(2, path.size()), reply);
        }
    }

    private void handle(GrpcCall call) {
        call.permit(permit);
        String method = call.method().substring(call.method().indexOf('/') + 1);
        if (!triton.handle(call, method)) {
            reloads.handle(call);
        }
    }

    /** Models at their base paths; one without is refused. */
    private static Map<String, ModelConfig> peerModels(ModelServerConfig config) {
        Map<String, ModelConfig> models = new TreeMap<>();
        config.getModelConfigList().getConfigList().forEach(model -> {
            if (model.getBasePath().isEmpty()) {
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT, "model '%s' has no base_path".formatted(model.getName()));
            }
            models.put(model.getName(), ModelConfig.at(model.getBasePath()));
        });
        return models;
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
