package dev.slipway.server.endpoint.management;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.ServableId;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import dev.slipway.server.management.FakeModels;
import dev.slipway.server.management.Operation;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ManagementRestTest {
    private final ManagedServer server = new ManagedServer();

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private Operation newest() {
        return server.management.operations().list().get(0);
    }

    @Test
    void saysAllThatIsKnownOfAModel() {
        SlipwayException broken = new SlipwayException(ErrorCode.INVALID_ARGUMENT, "broken");
        VersionStatus seven = new VersionStatus(
                7,
                VersionState.QUARANTINED,
                FakeModels.SINCE,
                "onnx",
                new VersionStatus.Memory(100, 120),
                broken,
                FakeModels.SINCE.plusSeconds(60),
                List.of(new VersionStatus.Step(VersionState.LOADING, FakeModels.SINCE.minusSeconds(1), "asked for")));
        server.models.with(new ModelStatus(
                "fraud",
                List.of(seven),
                Map.of("champion", new Split(Map.of(6L, 95, 7L, 5))),
                Map.of("next", Split.of(8)),
                Map.of("next", "p99 3.1 times the old one's"),
                new SlipwayException(ErrorCode.UNAVAILABLE, "can't be listed")));
        String version = """
                "version":"7","state":"QUARANTINED","since":"2026-11-21T12:00:00Z","format":"onnx",\
                "memory":{"expected_bytes":100,"measured_bytes":120},\
                "error":{"code":"INVALID_ARGUMENT","message":"broken"},"retry_at":"2026-11-21T12:01:00Z",\
                "history":[{"state":"LOADING","since":"2026-11-21T11:59:59Z","reason":"asked for"}]}""";
        String model = """
                {"name":"fraud","versions":[{%s],"labels":{"champion":{"6":0.95,"7":0.05}},\
                "pending_labels":{"next":{"8":1.0}},"rolled_back":{"next":"p99 3.1 times the old one's"},\
                "problem":"can't be listed"}""".formatted(version);
        assertThat(server.get("/models/fraud").body()).isEqualTo(model);
        assertThat(server.get("/models/fraud/versions/7").body()).isEqualTo("{\"model\":\"fraud\"," + version);
        assertThat(server.get("/models").body())
                .startsWith("{\"models\":[{\"name\":\"churn\"")
                .contains(model);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET    | /models/fruad            |     | 404 | model 'fruad' is not known (expected: 'fraud')",
                "GET    | /models/fraud/versions/9 |     | 404 | model 'fraud' has no version 9 (expected: 6, 7)",
                "GET    | /models/fraud/versions/x |     | 400 | version 'x' (expected: a whole number)",
                "GET    | /model                   |     | 404 | path '/slipway/v1/model' is unknown (expected: /slipway/v1/models)",
                "PATCH  | /models                  |     | 405 | method PATCH (expected: GET)",
                "POST   | /models/fraud/load | {\"verison\": 7} | 400 | JSON, key 'verison' is unknown (expected: 'version')",
                "POST   | /models/fraud/load | {\"version\": 7, \"version\": 8} | 400 | JSON, key 'version' is there twice (expected: once)",
                "POST   | /models/fraud/load | {\"version\": 9} | 404 | model 'fraud' has no such version",
                "POST   | /models/fraud/load | [7] | 400 | JSON, byte 0: found '[' (expected: an object)",
                "POST   | /models/fraud/load?wait=1h | | 400 | wait '1h' (expected: a time such as 500ms, 30s or 2m, at most 50m)",
                "POST   | /models/fraud/load?wait=51m | | 400 | wait '51m' (expected: a time such as 500ms, 30s or 2m, at most 50m)",
                "POST   | /models/fraud/unload | {\"version\": 7} | 400 | model 'fraud' wants its newest version: version 7 can't be unloaded by itself (expected: versions that are named one by one)",
                "POST   | /models/nobody/unload | | 404 | model 'nobody' is not known (expected: churn, fraud)",
                "GET    | /operations/none         |     | 404 | operation 'none' is not known (expected: one of /slipway/v1/operations; they are kept for 60 min after their end)",
                "GET    | /operations/none/events  |     | 404 | operation 'none' is not known (expected: one of /slipway/v1/operations; they are kept for 60 min after their end)",
                "DELETE | /operations/none         |     | 404 | operation 'none' is not known (expected: one of /slipway/v1/operations; they are kept for 60 min after their end)",
                "DELETE | /models/fraud            |     | 404 | model 'fraud' is not named in the configuration (expected: churn); one that lies in the repository can be unloaded",
                "PUT    | /models/fraud            | path /x | 400 | the body:1: 'models:",
                "PUT    | /models/fraud/labels/a | {} | 400 | the body has neither version nor weights",
                "PUT    | /models/fraud/labels/a | {\"version\": 7, \"weights\": {\"7\": 1}} | 400 | the body has both version and weights",
                "PUT    | /models/fraud/labels/a | {\"weights\": {\"7\": 0}} | 400 | weights: {7=0} (expected: 0 to 1000000, one above 0)",
                "PUT    | /models/fraud/labels/a | {\"weights\": {\"7\": -1}} | 400 | weights: {7=-1}",
                "PUT    | /models/fraud/labels/a | {\"weights\": {\"7\": 4294967297}} | 400 | weights: {7=2147483647}",
                "PUT    | /models/fraud/labels/a | {\"weights\": {\"seven\": 1}} | 400 | version 'seven' (expected: a whole number)",
                "PUT    | /models/nobody/labels/a | {\"version\": 7} | 404 | model 'nobody' is not known",
                "DELETE | /models/fraud/labels/a   |     | 404 | model 'fraud' has no label 'a' (expected: none)",
                "POST   | /config/reload           |     | 400 | the server was started without a configuration file",
                "POST   | /config/rollback | {\"revision\": 9} | 404 | revision 9 is not kept",
                "POST   | /config/diff     | nonsense | 400 | the body:1: 'nonsense' (expected: models)",
                "PUT    | /config          | nonsense | 400 | the body:1: 'nonsense' (expected: models)",
                "PUT    | /config?revision=9 | models: | 412 | the configuration is at revision 1 (expected: 9, as asked for; nothing was changed)",
                "PUT    | /config?revision=x | models: | 400 | revision 'x' (expected: a whole number",
                "GET    | /config?revision=9 | | 404 | revision '9' is not kept (expected: 1)"
            })
    void saysWhatIsWrong(String method, String path, String body, int status, String error) {
        HttpResponse<String> answer = server.send(server.request(path)
                .method(method, java.net.http.HttpRequest.BodyPublishers.ofString(body == null ? "" : body)));
        assertThat(JsonTree.parse(answer.body()).get("error").text()).startsWith(error);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(server.control.current().number()).isOne();
    }

    @Test
    void beginsALoadAndTellsWhereToAskForIt() {
        HttpResponse<String> begun = server.post("/models/fraud/load", "{\"version\": \"7\"}");
        assertThat(begun.statusCode()).isEqualTo(202);
        String path = begun.headers().firstValue("location").orElseThrow();
        JsonTree operation = JsonTree.parse(begun.body());
        assertThat(operation.get("links").get("self").text()).isEqualTo(path);
        assertThat(operation.get("links").get("events").text()).isEqualTo(path + "/events");
        assertThat(operation.get("kind").text()).isEqualTo("load");
        assertThat(operation.get("version").text()).isEqualTo("7");
        assertThat(operation.get("state").text()).isEqualTo("running");
        assertThat(operation.get("progress").text()).isEqualTo("AVAILABLE");

        String id = operation.get("id").text();
        HttpResponse<String> joined = server.post("/models/fraud/load", "");
        assertThat(JsonTree.parse(joined.body()).get("id").text()).isEqualTo(id);

        server.models
                .loading("fraud", 7)
                .completeExceptionally(new SlipwayException(ErrorCode.RESOURCE_EXHAUSTED, "needs 2.1 GiB"));
        JsonTree failed = JsonTree.parse(server.get("/operations/" + id).body());
        assertThat(failed.get("state").text()).isEqualTo("failed");
        assertThat(failed.get("error").get("code").text()).isEqualTo("RESOURCE_EXHAUSTED");
        assertThat(failed.get("error").get("message").text()).isEqualTo("needs 2.1 GiB");
        assertThat(failed.get("ended").text()).isNotEmpty();
        assertThat(JsonTree.parse(server.get("/operations").body())
                        .get("operations")
                        .size())
                .isOne();
    }

    @Test
    void waitsForTheEnd() {
        CompletableFuture<HttpResponse<String>> waiting = server.begin(
                server.request("/models/fraud/load?wait=30s").POST(java.net.http.HttpRequest.BodyPublishers.noBody()),
                HttpResponse.BodyHandlers.ofString());
        ManagedServer.await(() -> server.timer.waiting() == 1);
        server.models.loading("fraud", 7).complete(null);
        HttpResponse<String> answer = ManagedServer.join(waiting);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"state\":\"done\"");
        assertThat(server.timer.waiting()).isZero();
    }

    @Test
    void waitsNoLongerThanAsked() {
        CompletableFuture<HttpResponse<String>> waiting = server.begin(
                server.request("/models/fraud/load?wait=30s").POST(java.net.http.HttpRequest.BodyPublishers.noBody()),
                HttpResponse.BodyHandlers.ofString());
        ManagedServer.await(() -> server.timer.waiting() == 1);
        server.timer.advance(Duration.ofSeconds(29));
        assertThat(waiting).isNotDone();
        server.timer.advance(Duration.ofSeconds(1));
        HttpResponse<String> answer = ManagedServer.join(waiting);
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).contains("\"state\":\"running\"");
    }

    @Test
    void callsALoadOff() {
        server.post("/models/fraud/load", "");
        String id = newest().id();
        HttpResponse<String> cancelled = server.delete("/operations/" + id);
        assertThat(cancelled.statusCode()).isEqualTo(200);
        assertThat(cancelled.body()).contains("\"state\":\"cancelled\"");
        assertThat(server.models.cancelled()).containsExactly(new ServableId("fraud", 7));
        assertThat(server.delete("/operations/" + id).statusCode()).isEqualTo(400);
    }

    @Test
    void unloadsUntilEverythingIsGone() {
        HttpResponse<String> begun = server.post("/models/fraud/unload", "{}");
        assertThat(begun.statusCode()).isEqualTo(202);
        assertThat(JsonTree.parse(begun.body()).has("version")).isFalse();
        server.models.going("fraud", 6).complete(null);
        server.models.going("fraud", 7).complete(null);
        assertThat(server.get("/operations/" + newest().id()).body()).contains("\"state\":\"done\"");
        assertThat(server.control.current().config().of("fraud").lifecycle().isUnloaded())
                .isTrue();
    }

    @Test
    void putsAndDeletesModels() {
        HttpResponse<String> put = server.put("/models/new", "{\"path\": \"/models/new\"}");
        assertThat(put.body())
                .isEqualTo("{\"revision\":2,\"time\":\"2026-11-21T12:00:00Z\",\"origin\":\"model new is put, rest\"}");
        assertThat(put.headers().firstValue("etag")).contains("\"2\"");
        assertThat(server.control.current().config().models().get("new").location())
                .isEqualTo("/models/new");
        assertThat(server.control.current().config().models()).containsKey("churn");

        server.put("/models/new", "path: /other");
        assertThat(server.control.current().config().models().get("new").location())
                .isEqualTo("/other");
        assertThat(server.delete("/models/new?revision=2").statusCode()).isEqualTo(412);
        assertThat(server.delete("/models/new?revision=3").statusCode()).isEqualTo(200);
        assertThat(server.control.current().config().models()).containsOnlyKeys("churn");
    }

    @Test
    void movesLabels() {
        assertThat(server.put("/models/fraud/labels/champion", "{\"weights\": {\"6\": 95, \"7\": 5}}")
                        .statusCode())
                .isEqualTo(200);
        server.put("/models/fraud/labels/stable", "{\"version\": 6}");
        assertThat(server.control.current().config().of("fraud").lifecycle().labels())
                .isEqualTo(Map.of("champion", new Split(Map.of(6L, 95, 7L, 5)), "stable", Split.of(6)));
        assertThat(server.delete("/models/fraud/labels/champion").statusCode()).isEqualTo(200);
        assertThat(server.control.current().config().of("fraud").lifecycle().labels())
                .containsOnlyKeys("stable");
    }

    @Test
    void showsAndChangesTheConfiguration() {
        HttpResponse<String> first = server.get("/config");
        assertThat(first.body()).isEqualTo("models:\n  churn:\n    path: /elsewhere/churn\n");
        assertThat(first.headers().firstValue("content-type")).contains("application/yaml");
        String tag = first.headers().firstValue("etag").orElseThrow();

        assertThat(server.post("/config/diff", "models:\n  a:\n    path: /a\n").body())
                .isEqualTo(
                        "{\"rejected\":false,\"steps\":[{\"what\":\"load\",\"model\":\"a\",\"subject\":\"version 1\","
                                + "\"detail\":\"100 B\"}],\"memory_bytes\":100,\"budget_bytes\":1000}");
        assertThat(server.control.current().number()).isOne();

        assertThat(server.send(server.request("/config")
                                .header("If-Match", tag)
                                .PUT(java.net.http.HttpRequest.BodyPublishers.ofString(
                                        "models:\n  a:\n    path: /a\n")))
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> late = server.send(server.request("/config")
                .header("If-Match", tag)
                .PUT(java.net.http.HttpRequest.BodyPublishers.ofString("models:\n  b:\n    path: /b\n")));
        assertThat(late.statusCode()).isEqualTo(412);
        assertThat(server.control.current().config().models()).containsOnlyKeys("a");

        HttpResponse<String> json =
                server.send(server.request("/config?revision=1").header("Accept", "application/json"));
        assertThat(JsonTree.parse(json.body()).get("yaml").text()).isEqualTo(first.body());
        assertThat(server.post("/config/rollback", "{\"revision\": 1}").body())
                .contains("\"revision\":3", "\"origin\":\"rollback to 1\"");
        assertThat(server.get("/config").body()).isEqualTo(first.body());
        assertThat(JsonTree.parse(server.get("/config/history").body())
                        .get("revisions")
                        .size())
                .isEqualTo(3);
    }

    @Test
    void passesOnWhatOthersAnswer() {
        assertThat(server.get("/dispatch").body()).isEqualTo("dispatch");
        assertThat(server.get("/models/fraud/dispatch").body()).isEqualTo("models/fraud/dispatch");
    }
}
