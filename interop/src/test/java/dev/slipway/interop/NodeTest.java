package dev.slipway.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.server.SlipwayExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * gRPC's own client for Node, with what it makes of the published .proto files (src/test/node/client.js), and a client that
 * has them from reflection (reflection.js).
 */
class NodeTest {
    @RegisterExtension
    static final SlipwayExtension SLIPWAY = Models.served();

    @TempDir
    static Path folder;

    private static Report report;
    private static Report reflected;

    @BeforeAll
    static void callAll() throws IOException {
        Tool.NODE.requiredFrom(18);
        Tool.NPM.required();
        Path root = Path.of(System.getProperty("slipway.root"));
        for (String file : List.of("package.json", "package-lock.json", "client.js", "reflection.js")) {
            Files.copy(root.resolve("interop/src/test/node").resolve(file), folder.resolve(file));
        }
        Program install = Program.run(
                folder,
                null,
                List.of(
                        "npm",
                        "ci",
                        "--ignore-scripts",
                        "--no-audit",
                        "--no-fund",
                        "--fetch-retries=1",
                        "--fetch-timeout=20000"));
        assumeTrue(install.exitCode() == 0, () -> "npm can't install the client: " + install.error());
        String target = "127.0.0.1:" + SLIPWAY.server().grpcPort();
        String protos = root.resolve("protocol/src/main/protobuf").toString();
        report = node("client.js", target, protos);
        reflected = node("reflection.js", target);
    }

    private static Report node(String... arguments) {
        return Report.of(Program.run(
                        folder,
                        null,
                        Stream.concat(Stream.of("node"), Stream.of(arguments)).toList())
                .succeeded());
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v1alpha"})
    void asksForTheProtocolsThemselves(String version) {
        assertThat(reflected.answer(version + " list"))
                .contains("inference.GRPCInferenceService", "tensorflow.serving.PredictionService");
        for (String service : reflected.answer(version + " list").split(" ")) {
            assertThat(reflected.answer(version + " methods of " + service))
                    .doesNotStartWith("failed")
                    .isNotEmpty();
        }
        assertThat(reflected.answer(version + " predict")).isEqualTo("[2,30]");
        assertThat(reflected.answer(version + " infer")).isEqualTo("[2,30]");
    }

    @Test
    void predictsOverTensorFlowServing() {
        String answer = "{\"values\":[2,30,4,60],\"shape\":[\"2\",\"2\"],\"spec\":\"times 1 serving_default\"}";

        assertThat(report.answer("predict typed")).isEqualTo(answer);
        assertThat(report.answer("predict content")).isEqualTo(answer);
        assertThat(report.answer("predict filter")).isEqualTo("[\"Y\"]");
    }

    @Test
    void isToldWhatIsWrong() {
        assertThat(report.answer("predict unknown model"))
                .startsWith("NOT_FOUND: ")
                .contains("'nobody'");
        assertThat(report.answer("predict unknown input"))
                .startsWith("INVALID_ARGUMENT: ")
                .contains("Z");
        assertThat(report.answer("predict wrong shape"))
                .startsWith("INVALID_ARGUMENT: ")
                .contains("X");
        assertThat(report.answer("infer both")).startsWith("INVALID_ARGUMENT: ");
    }

    @Test
    void asksWhatTheModelsAre() {
        assertThat(report.answer("metadata")).contains("serving_default", "\"X\"", "\"Y\"", "DT_FLOAT");
        assertThat(report.answer("status")).contains("\"version\":\"2\"", "\"state\":\"AVAILABLE\"");
        assertThat(report.answer("model metadata"))
                .contains("\"name\":\"times\"", "\"versions\":[\"1\"]", "\"datatype\":\"FP32\"", "[\"-1\",\"2\"]");
        assertThat(report.answer("server metadata")).contains("\"name\":\"slipway\"", "\"extensions\":[");
    }

    @Test
    void infersOverOpenInference() {
        assertThat(report.answer("infer typed")).contains("\"fp32_contents\":[2,30]", "\"id\":\"a7\"");
        // Little-endian 2.0 and 30.0.
        assertThat(report.answer("infer raw")).isEqualTo("[\"1\",\"a7\",[\"1\",\"2\"],\"000000400000f041\"]");
    }

    @Test
    void seesThatTheServerIsWell() {
        assertThat(report.answer("server live")).isEqualTo("{\"live\":true}");
        assertThat(report.answer("server ready")).isEqualTo("{\"ready\":true}");
        assertThat(report.answer("model ready")).isEqualTo("{\"ready\":true}");
        assertThat(report.answer("health")).isEqualTo("{\"status\":\"SERVING\"}");
        assertThat(report.answer("health of a model")).isEqualTo("{\"status\":\"SERVING\"}");
        assertThat(report.answer("health watch")).isEqualTo("{\"status\":\"SERVING\"}");
        assertThat(report.answer("health of nobody")).startsWith("NOT_FOUND: ");
    }

    @Test
    void givesUpInTime() {
        assertThat(report.answer("deadline")).startsWith("DEADLINE_EXCEEDED: ");
        assertThat(report.answer("deadline over")).startsWith("DEADLINE_EXCEEDED: ");
        assertThat(report.answer("cancel")).startsWith("CANCELLED: ");
        assertThat(report.answer("after cancel")).contains("[2,30,4,60]");
    }

    @Test
    void compresses() {
        assertThat(report.answer("gzip")).contains("[2,30,4,60]");
        assertThat(report.answer("gzip large")).isEqualTo("2097152 values");
        assertThat(report.answer("deflate")).contains("[2,30,4,60]");
        assertThat(report.answer("deflate large")).isEqualTo("2097152 values");
    }

    @Test
    void sendsMuch() {
        assertThat(report.answer("large")).isEqualTo("8388608 bytes");
        assertThat(report.answer("too large")).startsWith("RESOURCE_EXHAUSTED: ");
        assertThat(report.answer("after too large")).isEqualTo("000000400000f041");
        assertThat(report.answer("together")).isEqualTo("300 right");
    }

    @Test
    void keepsTheConnectionAlive() {
        assertThat(report.answer("keepalive"))
                .startsWith("{\"state\":[\"READY\"]")
                .contains("[2,30,4,60]");
    }
}
