package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.protocol.proto.grpc.health.v1.HealthCheckRequest;
import dev.slipway.protocol.proto.grpc.health.v1.HealthCheckResponse;
import dev.slipway.protocol.proto.grpc.health.v1.HealthCheckResponse.ServingStatus;
import dev.slipway.server.config.ServerOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ShutdownTest {
    @TempDir
    private Path folder;

    @RegisterExtension
    final SlipwayExtension server = SlipwayExtension.serving(this::models)
            .with(options -> options.withNetwork(
                    new ServerOptions.Network("127.0.0.1", 0, 0, Duration.ofSeconds(30), Duration.ofSeconds(30))));

    private Path models() {
        try {
            Files.createDirectories(folder.resolve("models/loop"));
            Files.write(folder.resolve("models/loop/model.onnx"), TestModels.bytes("endless-loop"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return folder.resolve("models");
    }

    @Test
    void requestsInFlightFinishAndOnlyThenModelsGo() throws Exception {
        Iterator<HealthCheckResponse> health = server.grpc().stream(
                "grpc.health.v1.Health/Watch",
                HealthCheckRequest.getDefaultInstance(),
                HealthCheckResponse.getDefaultInstance());
        assertThat(health.next().getStatus()).isEqualTo(ServingStatus.SERVING);

        // Long enough to be under way when the stop begins; the answer tells how often the loop ran.
        long rounds = 3_000_000;
        CompletableFuture<String> answer =
                CompletableFuture.supplyAsync(() -> server.post("/v1/models/loop:predict", TestModels.loopBody(rounds))
                        .body());
        while (server.server().manager().map().handlesOpen() == 0 && !answer.isDone()) {
            Thread.onSpinWait();
        }
        CompletableFuture<Boolean> stopped =
                CompletableFuture.supplyAsync(() -> server.server().stop());
        assertThat(health.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(health.hasNext()).isFalse();
        assertThat(answer.get(60, TimeUnit.SECONDS)).contains("\"outputs\":");
        assertThat(stopped.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(server.server().statuses()).isEmpty();
        assertThat(server.server().heldBytes()).isZero();
        assertThat(CompletableFuture.supplyAsync(this::connectFails).get(60, TimeUnit.SECONDS))
                .isTrue();
    }

    private boolean connectFails() {
        try (Socket socket = new Socket("127.0.0.1", server.server().restPort())) {
            return socket.getInputStream().read() < 0;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void theServerEndsWithZeroWhenItIsToldToStop() throws Exception {
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "serve",
                        models().toString(),
                        "--port=0",
                        "--rest_api_port=0",
                        "--host=127.0.0.1")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            while (!Files.readString(log).contains("Ready after")) {
                assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
                Thread.onSpinWait();
            }
            Matcher ports = Pattern.compile("localhost:(\\d+) and").matcher(Files.readString(log));
            assertThat(ports.find()).isTrue();
            String base = "http://127.0.0.1:" + ports.group(1);
            // Under way when the signal comes: the native runtime must not be closed under it.
            HttpRequest request = HttpRequest.newBuilder(URI.create(base + "/v1/models/loop:predict"))
                    .POST(HttpRequest.BodyPublishers.ofString(TestModels.loopBody(3_000_000)))
                    .build();
            // JDK 17's client gives up on HTTP/2 requests in flight when it sees GOAWAY.
            HttpClient http =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            CompletableFuture<HttpResponse<String>> answer =
                    http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
            HttpRequest metrics =
                    HttpRequest.newBuilder(URI.create(base + "/metrics")).build();
            while (!answer.isDone()
                    && !http.send(metrics, HttpResponse.BodyHandlers.ofString())
                            .body()
                            .contains("slipway_handles_open 1.0")) {
                Thread.onSpinWait();
            }
            process.destroy();
            assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(log)).isZero();
            assertThat(Files.readString(log, StandardCharsets.UTF_8)).contains("Stopped.");
        } finally {
            process.destroyForcibly();
        }
    }
}
