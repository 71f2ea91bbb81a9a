package dev.slipway.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.SlipwayExtension;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JDK's HTTP client, which every Spring application has: upgrades, 100-continue, bodies of unknown length. */
class JdkClientTest {
    @RegisterExtension
    static final SlipwayExtension SLIPWAY = Models.served();

    private static Report report;

    @BeforeAll
    static void askAll(@TempDir Path folder) {
        report = Program.java(
                folder, JdkClient.class, List.of("127.0.0.1:" + SLIPWAY.server().restPort()));
    }

    @ParameterizedTest(name = "{0} rows")
    @ValueSource(ints = {1, 10_000, 500_000})
    void offersAnUpgradeWithEachKindOfBody(int rows) {
        for (String kind : List.of("post ", "continue ", "stream ")) {
            assertThat(report.answer(kind + rows)).as(kind).isEqualTo("200 %d rows".formatted(rows));
        }
    }

    @Test
    void asksMuchAtOnce() {
        assertThat(report.answer("together")).isEqualTo("200 right");
    }
}
