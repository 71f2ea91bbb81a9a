package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionState;
import dev.slipway.server.config.ModelConfig;
import dev.slipway.server.config.ServerOptions;
import dev.slipway.server.config.ServingConfig;
import dev.slipway.server.config.StartConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models behind a URL, from a web server on this machine to a client's answer. */
class RemoteModelsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final AtomicInteger fetches = new AtomicInteger();
    private HttpServer web;

    @BeforeEach
    void serve() throws IOException {
        byte[] model = Files.readAllBytes(
                Path.of(System.getProperty("slipway.root"), "examples", "models", "iris", "1", "model.onnx"));
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext("/iris.onnx", exchange -> {
            exchange.getResponseHeaders().set("ETag", "\"1\"");
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(model.length));
                exchange.sendResponseHeaders(200, -1);
            } else {
                fetches.incrementAndGet();
                exchange.sendResponseHeaders(200, model.length);
                exchange.getResponseBody().write(model);
            }
            exchange.close();
        });
        web.start();
    }

    @AfterEach
    void stop() {
        web.stop(0);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + web.getAddress().getPort() + path;
    }

    private ServerOptions options(String location) {
        ServingConfig serving = new ServingConfig(
                "",
                ModelConfig.DEFAULT,
                new TreeMap<>(Map.of("iris", ModelConfig.at(location))),
                Duration.ofSeconds(30),
                Duration.ofMillis(1),
                0);
        StartConfig start = new StartConfig(
                StartConfig.NONE.listeners(),
                StartConfig.NONE.limits(),
                null,
                new StartConfig.Cache(folder.resolve("cache").toString(), null));
        return new ServerOptions(serving, ServerOptions.Network.ANY_FREE_PORT, ServerOptions.Resources.ofThisMachine())
                .withOrigin(new ServerOptions.Origin(null, start, null));
    }

    private static HttpResponse<String> predict(SlipwayServer server, String choice) throws Exception {
        URI uri = URI.create("http://127.0.0.1:%d/v1/models/iris%s:predict".formatted(server.restPort(), choice));
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .POST(HttpRequest.BodyPublishers.ofString("{\"instances\": [[5.1, 3.5, 1.4, 0.2]]}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void servesWhatLiesBehindAUrlAndFetchesItOnce() throws Exception {
        SlipwayServer first = SlipwayServer.start(options(url("/iris.onnx#version=7")));
        try {
            assertThat(first.awaitReady(PATIENCE)).isTrue();

            assertThat(predict(first, "/versions/7").statusCode()).isEqualTo(200);
            assertThat(first.statuses().get("iris").versions())
                    .singleElement()
                    .satisfies(version -> assertThat(version.state()).isEqualTo(VersionState.AVAILABLE));
        } finally {
            assertThat(first.stop()).isTrue();
        }

        SlipwayServer second = SlipwayServer.start(options(url("/iris.onnx#version=7")));
        try {
            assertThat(second.awaitReady(PATIENCE)).isTrue();

            assertThat(predict(second, "").statusCode()).isEqualTo(200);
            assertThat(fetches).hasValue(1);
        } finally {
            assertThat(second.stop()).isTrue();
        }
    }

    @Test
    void aModelThatComesByAnotherConfigurationIsFetchedAndOneThatGoesIsUnloaded() throws Exception {
        SlipwayServer server = SlipwayServer.start(options(url("/iris.onnx")));
        try {
            assertThat(server.awaitReady(PATIENCE)).isTrue();
            Map<String, ModelConfig> both =
                    new TreeMap<>(server.control().current().config().models());
            both.put("other", ModelConfig.at(url("/iris.onnx")));

            server.control().apply(config -> config.withModels(both), "test");

            Await.until(() -> isAvailable(server, "other"), "the other model");
            assertThat(predict(server, "").statusCode()).isEqualTo(200);
            both.remove("iris");
            server.control().apply(config -> config.withModels(both), "test");
            Await.until(() -> !isAvailable(server, "iris"), "the first model gone");
            assertThat(isAvailable(server, "other")).isTrue();
        } finally {
            assertThat(server.stop()).isTrue();
        }
    }

    private static boolean isAvailable(SlipwayServer server, String model) {
        return server.statuses().containsKey(model)
                && server.statuses().get(model).versions().stream()
                        .anyMatch(version -> version.state() == VersionState.AVAILABLE);
    }

    @Test
    void aPlaceThatDoesNotAnswerShowsInTheStatus() {
        SlipwayServer server = SlipwayServer.start(options(url("/gone.onnx?token=secret")));
        try {
            Await.until(
                    () -> server.statuses().containsKey("iris")
                            && server.statuses().get("iris").problem() != null,
                    "the reason");
            SlipwayException problem = server.statuses().get("iris").problem();

            assertThat(problem).hasMessageContaining("/gone.onnx").hasMessageNotContaining("secret");
        } finally {
            assertThat(server.stop()).isTrue();
        }
    }

    @Test
    void aLocationThatCantBeOneIsRefused() {
        assertThatThrownBy(() -> SlipwayServer.start(options("ftp://host/model")))
                .hasMessageContaining("expected: http://, https://, s3:// or gs://");
    }
}
