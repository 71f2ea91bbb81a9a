package dev.slipway.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.SlipwayExtension;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Triton's Java client, with the libraries that it brings and no others. */
class TritonClientTest {
    @RegisterExtension
    static final SlipwayExtension SLIPWAY = Models.served();

    private static Report report;

    @BeforeAll
    static void askAll(@TempDir Path folder) {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> entry.contains("java-api-") || entry.contains("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
        report = Program.java(
                folder,
                classPath,
                TritonClient.class,
                List.of("127.0.0.1:" + SLIPWAY.server().restPort()));
    }

    @Test
    void infersWithBinaryTensorsAndWithJson() {
        for (String call :
                List.of("binary both ways", "JSON both ways", "binary in, JSON out", "JSON in, binary out")) {
            assertThat(report.answer(call)).as(call).isEqualTo("[0.0, 3.0, 4.0, 9.0]");
        }
        assertThat(report.answer("mixed")).isEqualTo("[0, 0] 8");
        assertThat(report.answer("all outputs")).isEqualTo("[best, embedding, name]");
        assertThat(Integer.parseInt(report.answer("large"))).isGreaterThan(1_000_000);
    }

    @Test
    void namesAVersionAndARequest() {
        assertThat(report.answer("version and id")).isEqualTo("1 a7");
        assertThat(report.answer("priority and timeout")).isEqualTo("[0.0, 3.0]");
    }

    @Test
    void isToldWhatIsWrong() {
        assertThat(report.answer("unknown model")).contains("'nobody'");
        assertThat(report.answer("wrong input")).contains("'X'");
    }

    @Test
    void asksInManyThreads() {
        assertThat(report.answer("together")).isEqualTo("100 right");
    }
}
