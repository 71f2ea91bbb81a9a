package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.protocol.proto.inference.ModelInferResponse;
import dev.slipway.server.config.ServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** As what requests count that nobody waits for any more when their answers are there. */
@Timeout(180)
class LateRequestsTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    private static Path models;

    @RegisterExtension
    static final SlipwayExtension SERVER =
            SlipwayExtension.serving(LateRequestsTest::written).with(LateRequestsTest::hasty);

    private static Path written() {
        try {
            AddingBackend.write(models.resolve("held/1"), "hold");
            Files.writeString(
                    models.resolve("held/slipway.yaml"), "warm_up: {enabled: false}\nbatching: {mode: off}\n");
            Files.createDirectories(models.resolve("gated/1"));
            Files.createFile(models.resolve("gated/1/model.gate"));
            Files.writeString(models.resolve("gated/slipway.yaml"), "loading: on_demand\nwarm_up: {enabled: false}\n");
            return models;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ServerOptions hasty(ServerOptions options) {
        ServerOptions.Network network = ServerOptions.Network.ANY_FREE_PORT;
        return options.withNetwork(new ServerOptions.Network(network.host(), 0, 0, SHORT, network.drainTimeout()));
    }

    private static int status(String model) {
        return SERVER.post("/v1/models/" + model + ":predict", AddingBackend.body())
                .statusCode();
    }

    private static Future<ModelInferResponse> call() {
        return SERVER.grpc().infer(AddingBackend.request("held"), Duration.ofSeconds(60));
    }

    private static void awaitMetric(String line) {
        Await.until(() -> SERVER.get("/metrics").body().contains("\n" + line + "\n"), line);
    }

    private static String answered(String code, String model, String protocol) {
        return "slipway_requests_total{code=\"%s\",model=\"%s\",protocol=\"%s\"} 1.0".formatted(code, model, protocol);
    }

    @Test
    void anAnswerThatComesAfterTheDeadlineIsNoSuccess() {
        AddingBackend.Hold held = AddingBackend.hold();
        assertThat(status("held")).isEqualTo(504);
        held.end().countDown();
        awaitMetric(answered("DEADLINE_EXCEEDED", "held", "tfs-rest"));
        assertThat(SERVER.get("/metrics").body())
                .doesNotContain("slipway_requests_total{code=\"OK\",model=\"held\",protocol=\"tfs-rest\"");
    }

    @Test
    void anAnswerThatComesWhenItsClientIsGoneIsNoSuccess() throws InterruptedException {
        AddingBackend.Hold held = AddingBackend.hold();
        Future<ModelInferResponse> call = call();
        assertThat(held.begun().await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(call.cancel(true)).isTrue();
        awaitMetric("slipway_requests_in_flight{kind=\"grpc\"} 0.0");
        held.end().countDown();
        awaitMetric(answered("CANCELLED", "held", "v2-grpc"));
    }

    @Test
    void aRequestWhoseModelIsNotLoadedInTimeIsLateAndNotGone() {
        CountDownLatch gate = GateBackend.shut();
        assertThat(status("gated")).isEqualTo(504);
        awaitMetric(answered("DEADLINE_EXCEEDED", "gated", "tfs-rest"));
        gate.countDown();
    }
}
