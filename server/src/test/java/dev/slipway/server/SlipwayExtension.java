package dev.slipway.server;

import dev.slipway.api.ServingListener;
import dev.slipway.core.source.FileSystemSource;
import dev.slipway.core.source.VersionSelection;
import dev.slipway.server.config.ServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Starts a real server on free ports of the loopback: once for a class when registered in a static field, else once for
 * each test.
 */
public final class SlipwayExtension
        implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Supplier<Path> models;
    private final List<ServingListener> listeners = new ArrayList<>();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private UnaryOperator<ServerOptions> change = UnaryOperator.identity();
    private Duration readyWithin = PATIENCE;
    private LongSupplier clock = System::nanoTime;
    private SlipwayServer server;
    private GrpcClient grpc;
    private boolean perClass;

    private SlipwayExtension(Supplier<Path> models) {
        this.models = models;
    }

    /** Serves a folder of models; it is asked for when the server starts. */
    public static SlipwayExtension serving(Supplier<Path> models) {
        return new SlipwayExtension(models);
    }

    /** The folder of this repository's examples. */
    public static Path examples() {
        return Path.of(System.getProperty("slipway.root"), "examples", "models");
    }

    public SlipwayExtension with(UnaryOperator<ServerOptions> changed) {
        change = changed;
        return this;
    }

    /** For many models, or large ones. */
    public SlipwayExtension readyWithin(Duration patience) {
        readyWithin = patience;
        return this;
    }

    /** Limits are counted by another clock. */
    public SlipwayExtension timedBy(LongSupplier nanos) {
        clock = nanos;
        return this;
    }

    public SlipwayExtension tell(ServingListener listener) {
        listeners.add(listener);
        return this;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        perClass = true;
        start();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        stop();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (!perClass) {
            start();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (!perClass) {
            stop();
        }
    }

    private void start() {
        FileSystemSource.Options source = new FileSystemSource.Options(
                models.get(), VersionSelection.NEWEST, List.of(), Duration.ofDays(1), Duration.ofMillis(50));
        server = SlipwayServer.start(
                change.apply(new ServerOptions(
                        source,
                        Map.of(),
                        ServerOptions.Network.ANY_FREE_PORT,
                        ServerOptions.Resources.ofThisMachine())),
                listeners,
                clock);
        if (!server.awaitReady(readyWithin)) {
            throw new AssertionError("server is not ready after " + readyWithin + ": " + server.statuses());
        }
        grpc = new GrpcClient(server.grpcPort());
    }

    private void stop() {
        grpc.close();
        server.stop();
    }

    public SlipwayServer server() {
        return server;
    }

    public GrpcClient grpc() {
        return grpc;
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.restPort() + path);
    }

    public HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(uri(path)).GET());
    }

    public HttpResponse<String> post(String path, String body) {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        return send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** As {@link #send(HttpRequest.Builder)}, without waiting for the answer. */
    public CompletableFuture<HttpResponse<String>> sendLater(HttpRequest.Builder request) {
        return http.sendAsync(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
    }

    public <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.sendAsync(request.timeout(PATIENCE).build(), handler)
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
