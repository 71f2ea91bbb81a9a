package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.VersionState;
import dev.slipway.server.config.ServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Broken and hostile models take neither the server nor another model down, and their status says why. */
@Tag("hostile")
class HostileModelsTest {
    @TempDir
    private Path folder;

    @RegisterExtension
    final SlipwayExtension server = SlipwayExtension.serving(this::models)
            .with(options -> options.withNetwork(
                    new ServerOptions.Network("127.0.0.1", 0, 0, Duration.ofSeconds(2), Duration.ofSeconds(30))));

    private Path models() {
        try {
            TestModels.write(folder.resolve("good/1"), TestModels.times(2, 3));
            TestModels.write(folder.resolve("loop/1"), TestModels.bytes("endless-loop"));
            TestModels.write(folder.resolve("bomb/1"), TestModels.bytes("memory-bomb"));
            TestModels.write(folder.resolve("empty/1"), new byte[0]);
            TestModels.write(folder.resolve("cut/1"), java.util.Arrays.copyOf(TestModels.times(2, 3), 60));
            Path corpus = TestModels.corpusOrNull();
            if (corpus != null) {
                try (Stream<Path> bad = Files.list(corpus.resolve("bad"))) {
                    for (Path model : bad.filter(
                                    path -> path.getFileName().toString().startsWith("onnx-"))
                            .toList()) {
                        copy(model, folder.resolve(model.getFileName().toString()));
                    }
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName().toString()));
            }
        }
    }

    private void assertGoodAnswers() {
        HttpResponse<String> answer = server.post("/v1/models/good:predict", "{\"inputs\": [1, 1]}");
        assertThat(answer.body()).isEqualTo("{\"outputs\":[2.0,3.0]}");
    }

    @Test
    void brokenFilesAreQuarantinedWithTheReason() {
        for (String broken : List.of("empty", "cut")) {
            ModelStatus status = server.server().statuses().get(broken);
            assertThat(status.versions()).singleElement().satisfies(version -> {
                assertThat(version.state()).isEqualTo(VersionState.QUARANTINED);
                assertThat(version.error()).extracting("code").isEqualTo(ErrorCode.INVALID_ARGUMENT);
            });
            assertThat(server.post("/v1/models/" + broken + ":predict", "{}").statusCode())
                    .isEqualTo(503);
        }
        assertGoodAnswers();
    }

    @Test
    void everyHostileModelOfTheCorpusIsRefusedAndTheOthersAnswer() {
        assumeTrue(TestModels.corpusOrNull() != null, "no corpus beside the repository");
        List<String> served = new ArrayList<>();
        server.server().statuses().values().stream()
                .filter(model -> model.name().startsWith("onnx-"))
                .forEach(model -> {
                    System.out.println(model.name() + ": "
                            + model.versions().get(0).state() + ", "
                            + model.versions().get(0).error());
                    if (model.versions().get(0).state() != VersionState.QUARANTINED) {
                        served.add(model.name());
                    }
                });
        assertThat(server.get("/v1/models").body()).doesNotContain(folder.toString());
        assertThat(served).containsExactlyInAnyOrder("onnx-endless-loop", "onnx-memory-bomb");
        assertGoodAnswers();
    }

    @Test
    void anEndlessRunIsEndedAtItsDeadlineAndHoldsUpNobody() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> endless = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            endless.add(CompletableFuture.supplyAsync(
                    () -> server.post("/v1/models/loop:predict", TestModels.loopBody(Long.MAX_VALUE)),
                    task -> new Thread(task).start()));
        }
        for (int i = 0; i < 50; i++) {
            assertGoodAnswers();
        }
        for (CompletableFuture<HttpResponse<String>> answer : endless) {
            assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(504);
        }
        assertThat(server.post("/v1/models/loop:predict", TestModels.loopBody(3))
                        .body())
                .contains("0.875");
        assertGoodAnswers();
    }

    @Test
    void aRunThatAsksForTerabytesIsRefused() {
        HttpResponse<String> answer = server.post("/v1/models/bomb:predict", "{\"inputs\": [1048576, 1048576]}");
        assertThat(answer.statusCode()).as(answer.body()).isIn(400, 429);
        assertThat(answer.body()).startsWith("{\"error\":");
        // 64 MB, which the machine has, and makes in time; but encoded they would fill the heap.
        HttpResponse<String> large = server.post("/v1/models/bomb:predict", "{\"inputs\": [4000, 4000]}");
        assertThat(large.statusCode()).isEqualTo(429);
        assertThat(large.body()).contains("the outputs take 61.0 MiB (expected: at most 48.0 MiB)");
        assertThat(server.post("/v1/models/bomb:predict", "{\"inputs\": [1, 2]}")
                        .body())
                .isEqualTo("{\"outputs\":[[0.0,0.0]]}");
        assertGoodAnswers();
    }
}
