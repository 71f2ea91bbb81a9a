package dev.slipway.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.Split;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code slipway load}, {@code unload}, {@code label}, {@code operations}, {@code events}, {@code models --history}. */
class ManagementCommandsTest {
    private static final String REVISION = "{\"revision\":4,\"time\":\"2026-11-21T12:00:00Z\",\"origin\":\"rest\"}";

    private final ReplayServer server = new ReplayServer();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @AfterEach
    void stop() {
        server.close();
    }

    private int slipway(String... arguments) {
        CommandLine commandLine = SlipwayCommand.commandLine();
        commandLine.setOut(new PrintWriter(out));
        commandLine.setErr(new PrintWriter(err));
        return commandLine.execute(Stream.concat(
                        Stream.of(arguments), Stream.of("--server", server.uri().toString()))
                .toArray(String[]::new));
    }

    private static String operation(String kind, String state, String progress, String more) {
        return """
                {"id":"ab-1","kind":"%s","model":"fraud","version":"7","state":"%s","progress":"%s",\
                "started":"2026-11-21T12:00:00Z","links":{"self":"/x","new":[1]}%s}""".formatted(kind, state, progress, more);
    }

    private static String events(String... operations) {
        StringBuilder events = new StringBuilder(":\n\n");
        for (String operation : operations) {
            events.append("event: operation\ndata: ").append(operation).append("\n\n");
        }
        return events.toString();
    }

    private List<String> asked() {
        return server.requests().stream()
                .map(request -> request.line() + " " + request.body())
                .toList();
    }

    @Test
    void loadsAndTellsHowFarItIs() {
        server.answering("POST /slipway/v1/models/fraud/load", 202, operation("load", "running", "NEW", ""))
                .answering(
                        "GET /slipway/v1/operations/ab-1/events",
                        200,
                        events(
                                operation("load", "running", "LOADING", ""),
                                operation("load", "running", "LOADING", ""),
                                operation("load", "running", "WARMING", ""),
                                operation("load", "done", "AVAILABLE", ",\"ended\":\"2026-11-21T12:00:01.25Z\"")));
        assertThat(slipway("load", "fraud", "--version", "7")).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "model 'fraud', version 7: LOADING",
                        "model 'fraud', version 7: WARMING",
                        "model 'fraud', version 7: loaded in 1.3 s");
        assertThat(asked().get(0)).isEqualTo("POST /slipway/v1/models/fraud/load {\"version\":\"7\"}");
    }

    @Test
    void failsAsTheLoadDoes() {
        server.answering("POST /slipway/v1/models/fraud/load", 202, operation("load", "running", "NEW", ""))
                .answering(
                        "GET /slipway/v1/operations/ab-1/events",
                        200,
                        events(
                                operation(
                                        "load",
                                        "failed",
                                        "LOADING",
                                        ",\"error\":{\"code\":\"RESOURCE_EXHAUSTED\",\"message\":\"needs 2.1 GiB (free: 1.4 GiB)\"}")));
        assertThat(slipway("load", "fraud")).isOne();
        assertThat(err.toString()).isEqualTo("slipway: needs 2.1 GiB (free: 1.4 GiB)\n");
    }

    @Test
    void saysWhenTheServerIsGoneBeforeTheEnd() {
        server.answering("POST /slipway/v1/models/fraud/load", 202, operation("load", "running", "NEW", ""))
                .answering(
                        "GET /slipway/v1/operations/ab-1/events",
                        200,
                        events(operation("load", "running", "LOADING", "")));
        assertThat(slipway("load", "fraud")).isOne();
        assertThat(err.toString()).contains("stopped telling of operation 'ab-1' before its end");
    }

    @Test
    void doesNotWaitWhenItNeedNot() {
        server.answering("POST /slipway/v1/models/my%20model/unload", 202, operation("unload", "running", "", ""));
        assertThat(slipway("unload", "my model", "--no-wait")).isZero();
        assertThat(out.toString())
                .isEqualTo("ab-1 (unload of model 'fraud', version 7; 'slipway operations' tells how it stands)\n");
        assertThat(asked()).containsExactly("POST /slipway/v1/models/my%20model/unload {}");
    }

    @Test
    void tellsOfAnErrorOfTheServers() {
        server.answering("POST /slipway/v1/models/x/load", 404, "{\"error\":\"model 'x' is not known (expected: y)\"}");
        assertThat(slipway("load", "x")).isOne();
        assertThat(err.toString()).isEqualTo("slipway: model 'x' is not known (expected: y)\n");
        assertThat(slipway("events")).isOne();
    }

    @Test
    void movesAndDeletesLabels() {
        server.answering("PUT /slipway/v1/models/fraud/labels/champion", 200, REVISION)
                .answering("DELETE /slipway/v1/models/fraud/labels/champion", 200, REVISION);
        assertThat(slipway("label", "fraud", "champion", "8")).isZero();
        assertThat(slipway("label", "fraud", "champion", "7=95,8=5")).isZero();
        assertThat(slipway("label", "fraud", "champion", "--delete")).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "label 'champion' of model 'fraud' is to name 8 (revision 4)",
                        "label 'champion' of model 'fraud' is to name 7 (95), 8 (5) (revision 4)",
                        "model 'fraud' has no label 'champion' (revision 4)");
        assertThat(asked())
                .containsExactly(
                        "PUT /slipway/v1/models/fraud/labels/champion {\"weights\":{\"8\":1}}",
                        "PUT /slipway/v1/models/fraud/labels/champion {\"weights\":{\"7\":95,\"8\":5}}",
                        "DELETE /slipway/v1/models/fraud/labels/champion ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"seven", "7=", "7=95,7=5", "7=-1", "7=0", "7=1,8", ""})
    void refusesWhatIsNoTargetOfALabel(String target) {
        assertThat(slipway("label", "fraud", "champion", target)).isEqualTo(2);
        assertThat(err.toString()).contains("'%s' (expected: a version such as 7, or 7=95,8=5)".formatted(target));
        assertThat(slipway("label", "fraud", "champion", "7", "--delete")).isEqualTo(2);
        assertThat(slipway("label", "fraud", "champion")).isEqualTo(2);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void listsAndCancelsOperations() {
        server.answering(
                        "GET /slipway/v1/operations",
                        200,
                        "{\"operations\":[%s,%s]}"
                                .formatted(
                                        operation("load", "running", "LOADING", ""),
                                        operation(
                                                "load",
                                                "failed",
                                                "LOADING",
                                                ",\"error\":{\"code\":\"INTERNAL\",\"message\":\"broken\"}")))
                .answering("DELETE /slipway/v1/operations/ab-1", 200, operation("load", "cancelled", "LOADING", ""));
        assertThat(slipway("operations")).isZero();
        assertThat(out.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("ab-1  load of model 'fraud', version 7, running: LOADING"),
                        line -> assertThat(line)
                                .endsWith("ab-1  load of model 'fraud', version 7, failed: INTERNAL: broken"));
        assertThat(slipway("operations", "--cancel", "ab-1")).isZero();
        assertThat(out.toString()).endsWith("load of model 'fraud', version 7 is cancelled\n");
        assertThat(slipway("operations", "--json")).isZero();
        assertThat(out.toString()).endsWith("]\n}\n");
    }

    @Test
    void tellsWhatHappens() {
        server.answering("GET /slipway/v1/events", 200, """
                :

                event: state
                data: {"model":"fraud","version":"7","state":"LOADING","time":"2026-11-21T12:00:00Z"}

                event: state
                data: {"model":"fraud","version":"7","state":"QUARANTINED","time":"2026-11-21T12:00:01Z",\
                "error":{"code":"INVALID_ARGUMENT","message":"no\\nmodel"}}

                """);
        assertThat(slipway("events")).isZero();
        assertThat(out.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("  fraud:7  LOADING"),
                        line -> assertThat(line).endsWith("  fraud:7  QUARANTINED: INVALID_ARGUMENT: no model"));
    }

    @Test
    void tellsWhereVersionsStoodBefore() {
        Instant noon = Instant.parse("2026-11-21T12:00:00Z");
        VersionStatus version = new VersionStatus(
                7,
                VersionState.AVAILABLE,
                noon,
                "onnx",
                new VersionStatus.Memory(2 << 20, 3 << 20),
                null,
                null,
                List.of(
                        new VersionStatus.Step(VersionState.DORMANT, noon.minusSeconds(9), "made room for 'other:1'"),
                        new VersionStatus.Step(VersionState.LOADING, noon.minusSeconds(2), "")));
        ModelStatus model = new ModelStatus(
                "fraud",
                List.of(version),
                Map.of("champion", new Split(Map.of(7L, 95, 8L, 5))),
                Map.of(),
                Map.of("champion", "errors of 8: 12 % (allowed: 1 %)"),
                null);
        assertThat(ModelsTable.format(List.of(model), ZoneOffset.UTC, true))
                .isEqualTo("""
                        MODEL  VERSION  STATE      LABELS           SIZE     SINCE
                        fraud  7        AVAILABLE  champion 95.00 %  3.0 MiB  2026-11-21 12:00:00
                          memory: 2.0 MiB expected, 3.0 MiB measured
                          2026-11-21 11:59:51  DORMANT: made room for 'other:1'
                          2026-11-21 11:59:58  LOADING
                          label champion was rolled back: errors of 8: 12 % (allowed: 1 %)
                        """.replace("LABELS           SIZE", "LABELS            SIZE"));
        assertThat(ModelsTable.format(List.of(model), ZoneOffset.UTC, false))
                .doesNotContain("memory:", "DORMANT")
                .contains("rolled back");
    }

    @Test
    void readsCodesAsTheyAre() {
        assertThat(OperationList.parseOne(operation(
                                "load", "failed", "", ",\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"m\"}"))
                        .error())
                .extracting("code")
                .isEqualTo(ErrorCode.NOT_FOUND);
    }
}
