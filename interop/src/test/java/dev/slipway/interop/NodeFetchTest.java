package dev.slipway.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.SlipwayExtension;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What Node brings: fetch, and HTTP/2. Nothing is installed for it: src/test/node/fetch.js. */
class NodeFetchTest {
    @RegisterExtension
    static final SlipwayExtension SLIPWAY = Models.served();

    private static Report report;

    @BeforeAll
    static void askAll(@TempDir Path folder) {
        Tool.NODE.requiredFrom(18);
        Path script = Path.of(System.getProperty("slipway.root"), "interop/src/test/node/fetch.js");
        report = Report.of(Program.run(
                        folder,
                        null,
                        List.of(
                                "node",
                                script.toString(),
                                "127.0.0.1",
                                Integer.toString(SLIPWAY.server().restPort())))
                .succeeded());
    }

    @Test
    void fetches() {
        assertThat(report.answer("fetch")).isEqualTo("{\"predictions\":[[2,30]]}");
        for (String call : List.of("fetch many", "fetch gzip", "fetch deflate", "fetch pieces")) {
            assertThat(report.answer(call)).as(call).isEqualTo("gzip 5000");
        }
        assertThat(report.answer("fetch head")).isEqualTo("[200,0]");
        assertThat(report.answer("fetch error")).isEqualTo("[404,[\"error\"]]");
    }

    @Test
    void fetchesMuchAtOnceAndCallsOff() {
        assertThat(report.answer("fetch called off")).isEqualTo("TimeoutError");
        assertThat(report.answer("fetch together")).isEqualTo("100 right");
    }

    @Test
    void speaksHttp2() {
        assertThat(report.answer("http2 together")).isEqualTo("90 right");
        assertThat(report.answer("http2 head")).isEqualTo("[200,\"\",true]");
        assertThat(report.answer("http2 error")).isEqualTo("404");
        assertThat(report.answer("http2 ping")).isEqualTo("pong");
    }
}
