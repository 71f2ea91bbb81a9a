package dev.slipway.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.server.SlipwayExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** gRPC's own client for Node, with what it makes of the published .proto files: src/test/node/client.js. */
class NodeTest {
    @RegisterExtension
    static final SlipwayExtension SLIPWAY = Models.served();

    @TempDir
    static Path folder;

    private static Report report;

    @BeforeAll
    static void callAll() throws IOException {
        Tool.NODE.required();
        Tool.NPM.required();
        Path sources = Path.of(System.getProperty("slipway.root"), "interop", "src", "test", "node");
        for (String file : List.of("package.json", "package-lock.json", "client.js")) {
            Files.copy(sources.resolve(file), folder.resolve(file));
        }
        Program install = Program.run(
                folder, null, List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"));
        assumeTrue(install.exitCode() == 0, () -> "npm can't install the client: " + install.error());
        report = Report.of(Program.run(
                        folder,
                        null,
                        List.of(
                                "node",
                                "client.js",
                                "127.0.0.1:" + SLIPWAY.server().grpcPort(),
                                Path.of(System.getProperty("slipway.root"), "protocol/src/main/protobuf")
                                        .toString()))
                .succeeded());
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
