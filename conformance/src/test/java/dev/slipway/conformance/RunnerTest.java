package dev.slipway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slipway.conformance.Outcome.Verdict;
import dev.slipway.protocol.proto.inference.ServerLiveResponse;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The runner against a server that is wrong in one way or another. */
class RunnerTest {
    private static final Duration PATIENT = Duration.ofSeconds(60);

    private static final String PREDICT = """
            {"id": "a", "protocol": "rest", "says": "s", "reference": "r", "needs": {"models": ["m"]},
             "request": {"method": "POST", "path": "/v1/models/m:predict", "json": {"instances": [1.0]}},
             "expect": {"status": 200, "json": {"predictions": [2.5]}}}
            """;
    private static final String LIVE = """
            {"id": "b", "protocol": "grpc", "says": "s", "reference": "r",
             "request": {"method": "inference.GRPCInferenceService/ServerLive", "message": {}},
             "expect": {"code": "OK", "message": {"live": true}}}
            """;

    private FakeServer server;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer().json("/v1/models/m", "{}").json("/v2", "{\"name\": \"fake\", \"extensions\": []}");
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private Outcome run(String profile, String one, Duration limit) {
        return run(profile, one, limit, null);
    }

    private Outcome run(String profile, String one, Duration limit, URI management) {
        try (Runner runner = new Runner(new Target(server.uri(), server.uri(), management, limit))) {
            List<VectorCase> cases = Vectors.parse(
                    "test", Vectors.JSON.readTree("{\"profile\": \"%s\", \"cases\": [%s]}".formatted(profile, one)));
            return runner.run(cases).get(0);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private Outcome predict() {
        return run("tfserving", PREDICT, PATIENT);
    }

    @Test
    void aRightAnswerPasses() {
        server.json("/v1/models/m:predict", "{\"predictions\": [2.5], \"more\": 1}");
        assertThat(predict().verdict()).isEqualTo(Verdict.PASSED);
    }

    @Test
    void aWrongNumberFailsAndIsShown() {
        server.json("/v1/models/m:predict", "{\"predictions\": [2.6]}");
        Outcome outcome = predict();
        assertThat(outcome.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(outcome.reason()).isEqualTo("$.predictions[0] is 2.6 (expected: 2.5)");
        assertThat(outcome.request()).contains("POST /v1/models/m:predict", "{\"instances\":[1.0]}");
        assertThat(outcome.answer()).contains("200 application/json", "{\"predictions\": [2.6]}");
    }

    @Test
    void aWrongStatusFails() {
        assertThat(predict().reason()).isEqualTo("status is 404 (expected: 200)");
    }

    @Test
    void anAnswerThatIsNoJsonFails() {
        server.json("/v1/models/m:predict", "<html>");
        assertThat(predict().reason()).contains("not JSON");
    }

    @Test
    void aHangFails() {
        server.hang("/v1/models/m:predict");
        Outcome outcome = run("tfserving", PREDICT, Duration.ofMillis(400));
        assertThat(outcome.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(outcome.reason()).isEqualTo("no whole answer within 400 ms");
    }

    @Test
    void anAnswerThatNeverEndsFails() {
        server.on(
                "/v1/models/m:predict",
                request -> request.response().setChunked(true).write("{"));
        assertThat(run("tfserving", PREDICT, Duration.ofMillis(400)).reason()).contains("no whole answer");
    }

    @Test
    void anAnswerOfEndlessBytesFails() {
        Buffer part = Buffer.buffer(new byte[1 << 20]);
        server.on("/v1/models/m:predict", request -> {
            request.response().setChunked(true);
            for (int i = 0; i < 70; i++) {
                request.response().write(part);
            }
        });
        assertThat(predict().reason()).contains("over 67108864 bytes");
    }

    @Test
    void aConnectionThatBreaksFails() {
        server.on("/v1/models/m:predict", request -> request.connection().close());
        assertThat(predict().verdict()).isEqualTo(Verdict.FAILED);
    }

    @Test
    void aModelThatIsNotThereIsSkipped() {
        Outcome outcome = run("tfserving", PREDICT.replace("[\"m\"]", "[\"n\"]"), PATIENT);
        assertThat(outcome.verdict()).isEqualTo(Verdict.SKIPPED);
        assertThat(outcome.reason()).isEqualTo("model 'n' is not there (/v1/models/n)");
    }

    @Test
    void anExtensionThatIsNotAdvertisedIsSkipped() {
        String one = PREDICT.replace("\"needs\": {\"models\": [\"m\"]}", "\"needs\": {\"extensions\": [\"trace\"]}");
        assertThat(run("triton", one, PATIENT).reason()).contains("extension trace is not");
        server.json("/v2", "{\"name\": \"fake\", \"extensions\": [\"trace\"]}");
        assertThat(run("triton", one, PATIENT).verdict()).isEqualTo(Verdict.FAILED);
    }

    @Test
    void whatOnlySlipwayDoesIsAskedOfNoOtherServer() {
        String one = PREDICT.replace("\"needs\": {\"models\": [\"m\"]},", "");
        assertThat(run("slipway", one, PATIENT).reason()).isEqualTo("server is no Slipway");
    }

    @Test
    void managementIsSkippedWithoutItsAddress() {
        server.json("/api-description", "{}");
        String one = PREDICT.replace("\"needs\": {\"models\": [\"m\"]},", "")
                .replace("\"method\": \"POST\"", "\"port\": \"management\", \"method\": \"POST\"");
        assertThat(run("mms", one, PATIENT).reason()).contains("--management");
        server.json("/v1/models/m:predict", "{\"predictions\": [2.5]}");
        assertThat(run("mms", one, PATIENT, server.uri()).verdict()).isEqualTo(Verdict.PASSED);
    }

    @Test
    void theFirstStepThatFailsEndsACase() {
        server.json("/v1/models/m:predict", "{\"predictions\": [2.5]}");
        String one = """
                {"id": "a", "protocol": "rest", "says": "s", "reference": "r", "needs": {"models": ["m"]}, "steps": [
                  {"request": {"path": "/v1/models/m:predict"}, "expect": {"status": 200}},
                  {"request": {"path": "/v1/models/m:predict"}, "expect": [{"status": 201}, {"status": [202, 203]}]}]}
                """;
        assertThat(run("tfserving", one, PATIENT).reason())
                .isEqualTo("step 2: status is 200 (expected: 201); or status is 200 (expected: [202,203])");
    }

    @Test
    void aRightMessagePasses() {
        byte[] live = ServerLiveResponse.newBuilder().setLive(true).build().toByteArray();
        server.grpc("inference.GRPCInferenceService/ServerLive", 0, live);
        assertThat(run("open-inference", LIVE, PATIENT).verdict()).isEqualTo(Verdict.PASSED);
    }

    @Test
    void aWrongMessageFails() {
        server.grpc("inference.GRPCInferenceService/ServerLive", 0, new byte[] {8, 0});
        assertThat(run("open-inference", LIVE, PATIENT).reason()).isEqualTo("$.live is false (expected: true)");
    }

    @Test
    void aWrongCodeFailsWithItsText() {
        server.grpc("inference.GRPCInferenceService/ServerLive", 5, new byte[0]);
        Outcome outcome = run("open-inference", LIVE, PATIENT);
        assertThat(outcome.reason()).isEqualTo("code is NOT_FOUND (expected: \"OK\")");
        assertThat(outcome.answer()).contains("NOT_FOUND as told");
    }

    @Test
    void bytesThatAreNoMessageFail() {
        server.grpc("inference.GRPCInferenceService/ServerLive", 0, new byte[] {(byte) 0xFF, (byte) 0xFF});
        assertThat(run("open-inference", LIVE, PATIENT).verdict()).isEqualTo(Verdict.FAILED);
    }

    @Test
    void aCallThatHangsFails() {
        server.hang("/inference.GRPCInferenceService/ServerLive");
        assertThat(run("open-inference", LIVE, Duration.ofMillis(400)).reason()).contains("no whole answer");
    }
}
