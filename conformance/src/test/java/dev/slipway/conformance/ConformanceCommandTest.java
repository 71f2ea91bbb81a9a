package dev.slipway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ConformanceCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return new CommandLine(new ConformanceCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @Test
    void aServerThatDoesNothingRightIsCodeOne() throws Exception {
        try (FakeServer server = new FakeServer().json("/v1/models/half_plus_two", "{}")) {
            assertThat(run(server.uri().toString(), "--case", "tfs-rest-row-bare"))
                    .isEqualTo(1);
            assertThat(out.toString())
                    .contains(
                            "FAILED tfs-rest-row-bare",
                            "POST /v1/models/half_plus_two:predict",
                            "status is 404 (expected: 200)")
                    .containsPattern("tfserving +0 +1 +0");
        }
    }

    @Test
    void whatIsSkippedIsNoFailure() throws Exception {
        try (FakeServer server = new FakeServer()) {
            assertThat(run(server.uri().toString(), "--profile", "tfserving,mlflow"))
                    .isZero();
            assertThat(out.toString()).contains("SKIPPED", "model 'half_plus_two' is not there");
        }
    }

    @Test
    void jsonSaysTheSame() throws Exception {
        try (FakeServer server = new FakeServer().json("/v1/models/half_plus_two", "{}")) {
            assertThat(run(server.uri().toString(), "--json", "--case", "tfs-rest-row-*"))
                    .isEqualTo(1);
            assertThat(Vectors.JSON.readTree(out.toString()).path("failed").asInt())
                    .isPositive();
        }
    }

    @Test
    void noServerIsCodeTwo() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        assertThat(run("http://127.0.0.1:" + free)).isEqualTo(2);
        assertThat(err.toString()).contains("no server at http://127.0.0.1:" + free);
    }

    @Test
    void aProfileOrACaseThatIsNoneIsToldOf() {
        assertThat(run("http://127.0.0.1:1", "--profile", "none")).isEqualTo(2);
        assertThat(run("http://127.0.0.1:1", "--case", "none")).isEqualTo(2);
        assertThat(err.toString()).contains("profile", "no case is called [none]");
    }
}
