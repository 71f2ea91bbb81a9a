package dev.slipway.server.endpoint.torchserve;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.core.source.VersionSelection;
import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.TestModels;
import dev.slipway.server.config.ServerOptions;
import dev.slipway.server.config.StartConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Management as clients of TorchServe do it. */
@Timeout(120)
class TorchModelsTest {
    @TempDir
    static Path folder;

    @RegisterExtension
    final SlipwayExtension slipway = SlipwayExtension.serving(TorchModelsTest::models)
            .with(options -> options.withServing(serving -> serving.withModels(
                            Map.of("two", serving.defaults().withVersions(new VersionSelection.All()))))
                    .withOrigin(new ServerOptions.Origin(
                            null,
                            new StartConfig(
                                    StartConfig.NONE.listeners(),
                                    StartConfig.NONE.limits(),
                                    null,
                                    new StartConfig.Cache(
                                            folder.resolve(".cache").toString(), null)),
                            null)));

    private HttpServer web;

    private static Path models() {
        try {
            TestModels.write(folder.resolve("one/1"), TestModels.times(2, 3));
            TestModels.write(folder.resolve("two/1"), TestModels.times(2, 3));
            TestModels.write(folder.resolve("two/2"), TestModels.times(4, 5));
            return folder;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void serve() throws IOException {
        byte[] model = TestModels.times(6, 7);
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext("/", exchange -> {
            byte[] found = exchange.getRequestURI().getPath().endsWith("/six.onnx") ? model : new byte[] {1};
            boolean isThere = !exchange.getRequestURI().getPath().contains("absent");
            boolean isHead = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(isThere ? 200 : 404, !isThere || isHead ? -1 : found.length);
            if (isThere && !isHead) {
                exchange.getResponseBody().write(found);
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

    private HttpResponse<String> send(String method, String path) {
        return slipway.send(
                HttpRequest.newBuilder(slipway.uri(path)).method(method, HttpRequest.BodyPublishers.noBody()));
    }

    private String predict(String model) {
        return slipway.post("/predictions/" + model, "{\"inputs\": [1, 1]}").body();
    }

    @Test
    void modelsAreListedAPageAtATime() {
        assertThat(send("GET", "/models").body())
                .isEqualTo(
                        "{\"models\":[{\"modelName\":\"one\",\"modelUrl\":\"one\"},{\"modelName\":\"two\",\"modelUrl\":\"two\"}]}");
        assertThat(send("GET", "/models?limit=1").body())
                .isEqualTo("{\"nextPageToken\":\"1\",\"models\":[{\"modelName\":\"one\",\"modelUrl\":\"one\"}]}");
        assertThat(send("GET", "/models?limit=1&next_page_token=1").body())
                .isEqualTo("{\"models\":[{\"modelName\":\"two\",\"modelUrl\":\"two\"}]}");
        assertThat(send("GET", "/models?limit=many").statusCode()).isEqualTo(400);
    }

    @Test
    void aModelIsRegisteredByItsUrlAndUnregistered() {
        HttpResponse<String> registered = send("POST", "/models?url=" + url("/a/six.onnx"));
        assertThat(registered.body())
                .isEqualTo("{\"status\":\"Model \\\"six\\\" Version: 1 registered with 1 initial workers\"}");
        assertThat(predict("six")).isEqualTo("{\"outputs\":[6.0,7.0]}");
        assertThat(slipway.server().control().current().origin()).isEqualTo("model six is registered, torchserve");
        assertThat(send("GET", "/models/six").body())
                .contains("\"modelUrl\":\"" + url("/a/six.onnx") + "\"", "\"minWorkers\":1", "\"status\":\"READY\"");
        HttpResponse<String> again = send("POST", "/models?model_name=six&url=" + url("/a/six.onnx"));
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body()).startsWith("{\"code\":409,\"type\":\"ConflictStatusException\"");
        assertThat(send("DELETE", "/models/six/1.0").body())
                .isEqualTo("{\"status\":\"Model \\\"six\\\" unregistered\"}");
        assertThat(slipway.server().control().current().config().models()).doesNotContainKey("six");
        assertThat(predict("six")).contains("\"code\":404");
    }

    @Test
    void whatCantBeLoadedIsNotRegistered() {
        HttpResponse<String> broken = send("POST", "/models?url=" + url("/broken.onnx"));
        assertThat(broken.statusCode()).as(broken.body()).isEqualTo(400);
        HttpResponse<String> absent = send("POST", "/models?synchronous=true&initial_workers=2&url=" + url("/absent"));
        assertThat(absent.statusCode()).as(absent.body()).isEqualTo(404);
        assertThat(slipway.server().control().current().config().models()).containsOnlyKeys("two");
        assertThat(send("POST", "/models").body()).contains("BadRequestException", "parameter url is missing");
        assertThat(send("POST", "/models?url=" + "..%2Fsecret.onnx").body()).contains("leads elsewhere");
        assertThat(send("POST", "/models?url=file:///etc/passwd").statusCode()).isEqualTo(400);
        assertThat(send("POST", "/models?url=absent.mar").statusCode()).isEqualTo(404);
    }

    @Test
    void aFileOfTheRepositoryIsRegisteredUnderAnotherNameWithBatching() throws Exception {
        Files.createDirectories(folder.resolve(".store"));
        HttpResponse<String> registered = slipway.send(HttpRequest.newBuilder(slipway.uri("/models"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"url\": \"one\", \"model_name\": \"uno\", \"initial_workers\": 0, \"batch_size\": 8,"
                                + " \"max_batch_delay\": 3}")));
        assertThat(registered.body()).startsWith("{\"status\":\"Model \\\"uno\\\" registered with 0 initial workers.");
        assertThat(predict("uno")).contains("\"code\":");
        assertThat(send("PUT", "/models/uno?min_worker=1&max_worker=2&synchronous=true")
                        .body())
                .isEqualTo("{\"status\":\"Workers scaled to 1 for model: uno\"}");
        assertThat(predict("uno")).isEqualTo("{\"outputs\":[2.0,3.0]}");
        assertThat(send("GET", "/models/uno/all").body())
                .contains("\"maxWorkers\":2", "\"batchSize\":8", "\"maxBatchDelay\":3");
    }

    /** As Apache Camel's component does. */
    @Test
    void aBodyThatClaimsToBeJsonMayBeEmpty() throws Exception {
        HttpResponse<String> scaled =
                slipway.send(HttpRequest.newBuilder(slipway.uri("/models/one?min_worker=1&synchronous=true"))
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.noBody()));
        assertThat(scaled.statusCode()).as(scaled.body()).isEqualTo(200);
    }

    @Test
    void aModelWithoutWorkersIsUnloaded() {
        assertThat(send("PUT", "/models/one?min_worker=0&synchronous=true").statusCode())
                .isEqualTo(200);
        HttpResponse<String> unloaded = slipway.post("/predictions/one", "{\"inputs\": [1, 1]}");
        assertThat(unloaded.statusCode()).as(unloaded.body()).isEqualTo(503);
        assertThat(unloaded.body()).contains("ServiceUnavailableException");
        HttpResponse<String> scaled = send("PUT", "/models/one?min_worker=1");
        assertThat(scaled.statusCode()).isEqualTo(202);
        assertThat(scaled.body()).isEqualTo("{\"status\":\"Processing worker updates...\"}");
        assertThat(send("PUT", "/models/one?min_worker=1&synchronous=true").statusCode())
                .isEqualTo(200);
        assertThat(predict("one")).isEqualTo("{\"outputs\":[2.0,3.0]}");
        assertThat(send("PUT", "/models/one?min_worker=2&max_worker=1").statusCode())
                .isEqualTo(400);
    }

    @Test
    void oneOfSeveralVersionsBecomesTheDefault() {
        assertThat(predict("two")).isEqualTo("{\"outputs\":[4.0,5.0]}");
        assertThat(send("PUT", "/models/two/1.0/set-default").body())
                .isEqualTo("{\"status\":\"Default version successfully updated for model \\\"two\\\" to \\\"1\\\"\"}");
        assertThat(predict("two")).isEqualTo("{\"outputs\":[2.0,3.0]}");
        assertThat(predict("two/2")).isEqualTo("{\"outputs\":[4.0,5.0]}");
        assertThat(send("PUT", "/models/two/9/set-default").body()).contains("ModelVersionNotFoundException");
        assertThat(send("GET", "/models/two/all").body()).contains("\"modelVersion\":\"1\"", "\"modelVersion\":\"2\"");
    }

    @Test
    void whatIsNotThereIsNotFound() {
        for (String request : new String[] {"GET /models/absent", "DELETE /models/absent", "PUT /models/absent"}) {
            String[] parts = request.split(" ");
            assertThat(send(parts[0], parts[1]).body())
                    .as(request)
                    .startsWith("{\"code\":404,\"type\":\"ModelNotFoundException\"");
        }
        assertThat(send("GET", "/models/one/9").body()).contains("ModelVersionNotFoundException");
        assertThat(send("PATCH", "/models/one").statusCode()).isEqualTo(405);
        assertThat(send("GET", "/models/one/1/2/3").statusCode()).isEqualTo(404);
    }
}
