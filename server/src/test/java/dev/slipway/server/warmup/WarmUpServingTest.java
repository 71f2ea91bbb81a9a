package dev.slipway.server.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.ModelStatus;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.SlipwayServer;
import dev.slipway.server.TestModels;
import dev.slipway.server.config.ServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A real server, whose models bring requests to be warmed up with. */
class WarmUpServingTest {
    @TempDir
    static Path folder;

    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(WarmUpServingTest::models);

    private static Path models() {
        try {
            TestModels.write(folder.resolve("good/1"), TestModels.times(2, 3));
            Files.writeString(folder.resolve("good/1/warmup.json"), "{\"inputs\": [1.0, 2.0]}");
            TestModels.write(folder.resolve("bad/1"), TestModels.times(2, 3));
            Files.writeString(folder.resolve("bad/1/warmup.json"), "{\"inputs\": [1.0, 2.0, 3.0]}");
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static VersionStatus version(String model) {
        ModelStatus status = SERVER.server().statuses().get(model);
        return status.versions().get(0);
    }

    @Test
    void servesWhatCouldNotBeWarmedUpWhereNothingIs() {
        SlipwayServer cold = SlipwayServer.start(SERVER.server()
                .options()
                .withResources(SERVER.server().options().resources().withWarmUp(false))
                .withNetwork(ServerOptions.Network.ANY_FREE_PORT));
        try {
            assertThat(cold.awaitReady(Duration.ofSeconds(60))).isTrue();
            assertThat(cold.statuses().get("bad").versions().get(0).state()).isEqualTo(VersionState.AVAILABLE);
        } finally {
            cold.stop();
        }
    }

    @Test
    void serveWhatWasWarmedUp() {
        assertThat(version("good").state()).isEqualTo(VersionState.AVAILABLE);
        assertThat(SERVER.post("/v1/models/good:predict", "{\"inputs\": [1.0, 2.0]}")
                        .body())
                .contains("6.0");
    }

    @Test
    void doesNotServeWhatCouldNotBeWarmedUpAndSaysWhy() {
        assertThat(version("bad").state()).isEqualTo(VersionState.QUARANTINED);
        assertThat(version("bad").error()).hasMessageStartingWith("warm-up, warmup.json: request 1 (line 1): ");
        assertThat(SERVER.post("/v1/models/bad:predict", "{\"inputs\": [1.0, 2.0]}")
                        .statusCode())
                .isEqualTo(503);
        assertThat(SERVER.server().manager().resources().reservedBytes())
                .as("what is set aside for the good one alone")
                .isEqualTo(version("good").memory().expectedBytes());
    }
}
