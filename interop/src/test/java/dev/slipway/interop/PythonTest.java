package dev.slipway.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.SlipwayExtension;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Python with nothing but its standard library: src/test/python/client.py. */
class PythonTest {
    @RegisterExtension
    static final SlipwayExtension SLIPWAY = Models.served();

    private static Report report;

    @BeforeAll
    static void askAll(@TempDir Path folder) {
        Tool.PYTHON.required();
        Path client = Path.of(System.getProperty("slipway.root"), "interop/src/test/python/client.py");
        report = Report.of(Program.run(
                        folder,
                        null,
                        List.of(
                                "python3",
                                client.toString(),
                                "127.0.0.1",
                                Integer.toString(SLIPWAY.server().restPort())))
                .succeeded());
    }

    @Test
    void asksOverTensorFlowServing() {
        assertThat(report.answer("predict")).isEqualTo("{\"predictions\":[[2.0,30.0]]}");
        assertThat(report.answer("classify")).startsWith("{\"results\":[[[\"setosa\",0.98");
        assertThat(report.answer("status")).contains("\"version\":\"2\"", "\"state\":\"AVAILABLE\"");
        assertThat(report.answer("unknown model")).startsWith("404 {\"error\":");
    }

    @Test
    void compresses() {
        assertThat(report.answer("gzip")).isEqualTo("gzip 5000 rows, first [2.0, 30.0]");
        assertThat(report.answer("deflate")).isEqualTo("gzip 5000 rows, first [2.0, 30.0]");
    }

    @Test
    void asksOverOneConnectionAndInChunks() {
        assertThat(report.answer("one connection")).isEqualTo("200/body 200/body 404/body 200/empty 400/body 200/body");
        assertThat(report.answer("chunks")).isEqualTo("{\"predictions\":[[2.0,30.0]]}");
    }

    @Test
    void sendsBinaryTensors() {
        assertThat(report.answer("binary")).isEqualTo("a7 [1, 2] 2 True");
        assertThat(report.answer("binary large")).isEqualTo("a7 [500000, 2] 1000000 True");
        assertThat(report.answer("binary in, JSON out")).isEqualTo("a7 [3, 2] 6 True");
        assertThat(report.answer("binary of a version")).isEqualTo("a7 [3, 2] 6 True");
        assertThat(report.answer("raw body")).isEqualTo("(2.0, 30.0, 4.0, 60.0)");
    }
}
