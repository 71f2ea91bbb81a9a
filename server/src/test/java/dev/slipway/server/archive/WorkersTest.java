package dev.slipway.server.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.api.VersionState;
import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.config.ServerOptions;
import dev.slipway.server.config.StartConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Models whose files are programs: handlers of TorchServe's and workers, in Python; skipped where there is none. */
@Timeout(180)
class WorkersTest {
    private static final String HANDLER = """
            import json
            def handle(data, context):
                if data is None:
                    return None
                answers = []
                for i, row in enumerate(data):
                    body = row.get("data") or row.get("body")
                    if isinstance(body, dict):
                        answers.append({"keys": sorted(body)})
                    elif bytes(body) == b"picture":
                        context.set_response_content_type(i, "image/svg+xml")
                        answers.append(b"<svg/>")
                    elif bytes(body) == b"bad":
                        context.set_response_status(code=422, phrase="that is bad", idx=i)
                        answers.append("")
                    else:
                        answers.append("you said " + bytes(body).decode())
                return answers
            """;

    private static final String WORKER = """
            import slipway_worker
            def predict(inputs):
                return {"y": [[2 * v for v in row] for row in inputs["x"].tolist()]}
            slipway_worker.serve(predict)
            """;

    private static final String WORKER_YAML = """
            command: [python3, worker.py]
            inputs: [{name: x, dtype: FP32, shape: [-1, 2]}]
            outputs: [{name: y, dtype: FP32, shape: [-1, 2]}]
            """;

    @TempDir
    static Path folder;

    @TempDir
    static Path elsewhere;

    @TempDir
    static Path cache;

    @RegisterExtension
    static final SlipwayExtension slipway =
            SlipwayExtension.serving(WorkersTest::models).with(WorkersTest::options);

    @RegisterExtension
    static final SlipwayExtension trusting = SlipwayExtension.serving(() -> elsewhere)
            .with(options -> options(options).withResources(options.resources().withRemoteCode(true)));

    private static ServerOptions options(ServerOptions options) {
        return options.withOrigin(new ServerOptions.Origin(
                null,
                new StartConfig(
                        StartConfig.NONE.listeners(),
                        StartConfig.NONE.limits(),
                        null,
                        new StartConfig.Cache(cache.toString(), null)),
                null));
    }

    private static Path models() {
        Assumptions.assumeTrue(hasPython(), "no python3 here");
        try {
            mar(folder.resolve("cat.mar"), "my_handler.py", HANDLER);
            mar(folder.resolve("torch.mar"), "my_handler.py", "import no_such_torch\n");
            Path worker = Files.createDirectories(folder.resolve("double/1"));
            Files.writeString(worker.resolve("worker.py"), WORKER);
            Files.writeString(worker.resolve("worker.yaml"), WORKER_YAML);
            return folder;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean hasPython() {
        try {
            return new ProcessBuilder("python3", "-c", "pass").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void mar(Path target, String handler, String code) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("my_handler.py", code);
        files.put("index_to_name.json", "{\"0\": \"cat\"}");
        files.put("MAR-INF/MANIFEST.json", """
                {"runtime": "python", "model": {"modelName": "x", "handler": "%s", "modelVersion": "1.0"}}""".formatted(handler));
        try (OutputStream file = Files.newOutputStream(target);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (Map.Entry<String, String> entry : files.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static HttpResponse<String> predict(String contentType, String body) {
        return slipway.send(HttpRequest.newBuilder(slipway.uri("/predictions/cat"))
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    @Test
    void aHandlerAnswersAsItWould() {
        HttpResponse<String> text = predict("text/x-whatever", "x");
        assertThat(predict("application/octet-stream", "hello").body()).isEqualTo("you said hello");
        assertThat(text.statusCode()).isEqualTo(500);
        HttpResponse<String> json = predict("application/json", "{\"b\": 1, \"inputs\": [2]}");
        assertThat(json.body()).isEqualTo("{\n  \"keys\": [\n    \"b\",\n    \"inputs\"\n  ]\n}");
        assertThat(json.headers().firstValue("content-type")).hasValue("application/json");
        HttpResponse<String> picture = predict("application/octet-stream", "picture");
        assertThat(picture.body()).isEqualTo("<svg/>");
        assertThat(picture.headers().firstValue("content-type")).hasValue("image/svg+xml");
        assertThat(predict("application/x-www-form-urlencoded", "data=a+b").body())
                .isEqualTo("you said a b");
        assertThat(slipway.get("/predictions/cat?data=a+b").body()).isEqualTo("you said a b");
        assertThat(predict("multipart/form-data; boundary=q", """
                --q\r
                Content-Disposition: form-data; name="data"; filename="a.txt"\r
                Content-Type: application/octet-stream\r
                \r
                from a form\r
                --q--\r
                """).body()).isEqualTo("you said from a form");
    }

    @Test
    void whatTheHandlerRefusesIsRefusedAsItSays() {
        HttpResponse<String> bad = predict("application/octet-stream", "bad");
        assertThat(bad.statusCode()).isEqualTo(400);
        assertThat(bad.body()).contains("that is bad");
    }

    @Test
    void aHandlerThatNeedsWhatIsNotThereIsListedWithPythonsWords() {
        assertThat(slipway.get("/v1/models/torch").body()).contains("No module named 'no_such_torch'");
    }

    @Test
    void aWorkerIsAskedInEveryProtocol() {
        assertThat(slipway.post("/v1/models/double:predict", "{\"instances\": [[1, 2], [3, 4]]}")
                        .body())
                .contains("[2.0,4.0]")
                .contains("[6.0,8.0]");
        assertThat(slipway.post("/v2/models/double/infer", """
                        {"inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 2], "data": [1, 2]}]}""").body()).contains("\"data\":[2.0,4.0]");
        assertThat(slipway.post("/predictions/double", "[1, 2]").body()).isEqualTo("[2.0,4.0]");
    }

    @Test
    void whatIsFetchedFromElsewhereRunsNoCodeUnlessTheServerWasToldThatItMay() throws Exception {
        Path served = elsewhere.resolve("served");
        Files.createDirectories(served);
        mar(served.resolve("cat.mar"), "my_handler.py", HANDLER);
        Files.copy(zipped("double"), served.resolve("double.zip"));
        HttpServer web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext("/", exchange -> {
            byte[] body = Files.readAllBytes(
                    served.resolve(exchange.getRequestURI().getPath().substring(1)));
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        web.start();
        try {
            for (String file : new String[] {"cat.mar", "double.zip"}) {
                String url = "http://127.0.0.1:%d/%s".formatted(web.getAddress().getPort(), file);
                String query = "/models?model_name=fetched&initial_workers=1&synchronous=true&url=" + url;
                HttpResponse<String> refused = slipway.post(query, "");
                assertThat(refused.statusCode()).isEqualTo(403);
                assertThat(refused.body())
                        .contains("that was fetched from elsewhere runs code of its own", "--allow_remote_code");
                assertThat(trusting.post(query, "").statusCode()).isEqualTo(200);
                assertThat(trusting.server().statuses().get("fetched").versions())
                        .allMatch(version -> version.state() == VersionState.AVAILABLE);
                trusting.send(
                        HttpRequest.newBuilder(trusting.uri("/models/fetched")).DELETE());
            }
        } finally {
            web.stop(0);
        }
    }

    /** The worker's folder in an archive. */
    private static Path zipped(String name) throws IOException {
        Path zip = elsewhere.resolve(name + "-made");
        try (OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (String each : new String[] {"worker.py", "worker.yaml"}) {
                out.putNextEntry(new ZipEntry(each));
                out.write(Files.readAllBytes(folder.resolve(name).resolve("1").resolve(each)));
            }
        }
        return zip;
    }
}
