package dev.slipway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlipwayClientTest {
    private static final Target IRIS = new Target("iris", VersionChoice.LATEST, "");

    private final ReplayServer server = new ReplayServer();
    private final SlipwayClient client = new SlipwayClient(server.uri(), Duration.ofSeconds(30));

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void listsModels() {
        server.answering("GET /v1/models", 200, Answers.MODELS);
        List<ModelStatus> models = client.models();
        assertThat(models).extracting(ModelStatus::name).containsExactly("fraud", "gone");
        ModelStatus fraud = models.get(0);
        assertThat(fraud.labels()).containsOnly(Map.entry("stable", Split.of(7)));
        assertThat(fraud.pendingLabels()).containsOnly(Map.entry("canary", Split.of(8)));
        assertThat(fraud.problem()).isNull();
        VersionStatus available = fraud.versions().get(1);
        assertThat(available)
                .isEqualTo(new VersionStatus(
                        7, VersionState.AVAILABLE, Instant.parse("2026-11-21T09:10:11Z"), "onnx", 123, null, null));
        VersionStatus quarantined = fraud.versions().get(2);
        assertThat(quarantined.state()).isEqualTo(VersionState.QUARANTINED);
        assertThat(quarantined.retryAt()).isEqualTo("2026-11-21T10:05:00Z");
        assertThat(quarantined.error())
                .hasMessage("model.onnx ends at byte 12\n(expected: 4096)")
                .extracting(SlipwayException::code)
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(models.get(1).problem()).hasMessage("/models/gone can't be listed: permission denied");
    }

    @Test
    void readsSharesHistoryAndMeasuredMemory() {
        server.answering("GET /v1/models", 200, """
                {"models":[{"name":"m","versions":[{"version":"8","state":"AVAILABLE","since":"2026-11-21T12:00:00Z",
                  "format":"onnx","size_bytes":12,"expected_bytes":10,"measured_bytes":12,"error_code":"OK",
                  "error_message":"","history":[{"state":"LOADING","since":"2026-11-21T11:00:00Z","reason":"asked for"}]}],
                  "labels":{"champion":{"7":95,"8":5}},"pending_labels":{},"rolled_back":{"champion":"8 was slow"}}]}
                """);

        ModelStatus model = client.models().get(0);

        assertThat(model.labels()).containsOnly(Map.entry("champion", new Split(Map.of(7L, 95, 8L, 5))));
        assertThat(model.rolledBack()).containsOnly(Map.entry("champion", "8 was slow"));
        VersionStatus version = model.versions().get(0);
        assertThat(version.memory()).isEqualTo(new VersionStatus.Memory(10, 12));
        assertThat(version.history())
                .containsExactly(new VersionStatus.Step(
                        VersionState.LOADING, Instant.parse("2026-11-21T11:00:00Z"), "asked for"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{\"models\":{}}",
                "{\"models\":[{\"name\":[]}]}",
                "{\"models\":[{\"name\":\"a\",\"versions\":[{\"state\":\"ASLEEP\"}]}]}",
                "{\"models\":[{\"name\":\"a\",\"versions\":[{\"version\":\"one\"}]}]}",
                "{\"models\":[{\"name\":\"a\",\"versions\":[{\"since\":\"yesterday\"}]}]}",
                "{\"models\":[",
                "<html>"
            })
    void refusesAListOfModelsThatItCannotRead(String answer) {
        server.answering("GET /v1/models", 200, answer);
        assertThatThrownBy(client::models)
                .hasMessageStartingWith("the list of models can't be read: ")
                .asInstanceOf(type(SlipwayException.class))
                .extracting(SlipwayException::code)
                .isEqualTo(ErrorCode.DATA_LOSS);
    }

    @Test
    void sendsPredictBodiesToTheRouteOfTheirProtocol() {
        String tensorflow = "{\"instances\": [[1.0]]}";
        String openInference =
                "{\"inputs\": [{\"name\": \"X\", \"shape\": [1], \"datatype\": \"FP32\", \"data\": [1]}]}";
        server.answering("POST /v1/models/iris:predict", 200, "{\"predictions\": [1]}")
                .answering("POST /v1/models/iris/versions/3:predict", 200, "{}")
                .answering("POST /v1/models/iris/labels/canary:predict", 200, "{}")
                .answering("POST /v2/models/iris/infer", 200, "{\"outputs\": []}")
                .answering("POST /v2/models/iris/versions/3/infer", 200, "{}");
        assertThat(client.predict(IRIS, tensorflow)).isEqualTo("{\"predictions\": [1]}");
        client.predict(new Target("iris", new VersionChoice.Exact(3), ""), tensorflow);
        client.predict(new Target("iris", new VersionChoice.Label("canary"), ""), tensorflow);
        assertThat(client.predict(IRIS, openInference)).isEqualTo("{\"outputs\": []}");
        client.predict(new Target("iris", new VersionChoice.Exact(3), ""), openInference);
        assertThat(server.requests())
                .extracting(ReplayServer.Request::body)
                .containsExactly(tensorflow, tensorflow, tensorflow, openInference, openInference);
    }

    @Test
    void encodesNamesInPaths() {
        server.answering("POST /v1/models/a%20b%2B%C3%A4%3F/labels/x%23y:predict", 200, "{}");
        assertThat(client.predict(new Target("a b+ä?", new VersionChoice.Label("x#y"), ""), "[1]"))
                .isEqualTo("{}");
    }

    @Test
    void refusesLabelsAndSignaturesInTheFormThatHasNone() {
        String body = "{\"inputs\": [{\"datatype\": \"FP32\"}]}";
        assertThatThrownBy(() -> client.predict(new Target("iris", new VersionChoice.Label("canary"), ""), body))
                .hasMessageContaining("found: label 'canary'");
        assertThatThrownBy(() -> client.predict(new Target("iris", VersionChoice.LATEST, "other"), body))
                .hasMessageContaining("found: 'other'");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void tellsTheServersVersion() {
        server.answering("GET /v2", 200, "{\"name\":\"slipway\",\"version\":\"0.1.0\",\"extensions\":[\"a\"]}");
        assertThat(client.serverVersion()).isEqualTo(new ServerVersion("slipway", "0.1.0"));
    }

    @ParameterizedTest
    @CsvSource({
        "400, INVALID_ARGUMENT",
        "401, UNAUTHENTICATED",
        "403, PERMISSION_DENIED",
        "404, NOT_FOUND",
        "409, ABORTED",
        "413, RESOURCE_EXHAUSTED",
        "415, INVALID_ARGUMENT",
        "429, RESOURCE_EXHAUSTED",
        "499, CANCELLED",
        "500, INTERNAL",
        "501, UNIMPLEMENTED",
        "503, UNAVAILABLE",
        "504, DEADLINE_EXCEEDED"
    })
    void passesOnTheServersError(int status, ErrorCode code) {
        server.answering("POST /v1/models/iris:predict", status, "{\"error\":\"model 'iris' has no input 'Y'\"}");
        assertThatThrownBy(() -> client.predict(IRIS, "[1]"))
                .hasMessage("model 'iris' has no input 'Y'")
                .asInstanceOf(type(SlipwayException.class))
                .extracting(SlipwayException::code)
                .isEqualTo(code);
    }

    @Test
    void saysSoWhenAnErrorHasNoReason() {
        assertThatThrownBy(client::models)
                .hasMessage("%s/v1/models answered status 404 without a reason (expected: a Slipway server)"
                        .formatted(server.uri()));
    }

    @Test
    void saysHowToStartAServerWhereThereIsNone() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        SlipwayClient lonely =
                new SlipwayClient(URI.create("http://localhost:%d/".formatted(free)), Duration.ofMinutes(1));
        assertThatThrownBy(lonely::models)
                .hasMessage("no server at http://localhost:%d (start one with: slipway serve DIR)".formatted(free))
                .asInstanceOf(type(SlipwayException.class))
                .extracting(SlipwayException::code)
                .isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void namesAHostThatIsNotKnown() {
        SlipwayClient lost = new SlipwayClient(URI.create("http://nowhere.invalid:8501"), Duration.ofMinutes(1));
        assertThatThrownBy(lost::models)
                .hasMessage("host 'nowhere.invalid' of http://nowhere.invalid:8501 is not known");
    }

    @Test
    void givesUpOnAnAnswerThatBeginsAndNeverEnds() {
        server.hangingAt("GET /v1/models");
        SlipwayClient hurried = new SlipwayClient(server.uri(), Duration.ofMillis(200));
        assertThatThrownBy(hurried::models)
                .hasMessage("%s gave no answer within 200 ms".formatted(server.uri()))
                .asInstanceOf(type(SlipwayException.class))
                .extracting(SlipwayException::code)
                .isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://localhost", "http:///path", "localhost:8501", "nonsense"})
    void refusesAnAddressThatIsNone(String address) {
        assertThatThrownBy(() -> new SlipwayClient(URI.create(address), Duration.ofSeconds(1)))
                .isInstanceOf(SlipwayException.class)
                .hasMessage("server: '%s' (expected: a URL such as http://localhost:8501)".formatted(address));
    }
}
