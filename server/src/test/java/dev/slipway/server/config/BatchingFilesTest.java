package dev.slipway.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener.StateChange;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionState;
import dev.slipway.core.batching.BatchingConfig;
import dev.slipway.core.batching.BatchingParameters;
import dev.slipway.core.batching.Joining;
import dev.slipway.core.source.FileSystemSource;
import dev.slipway.core.source.ModelLocation;
import dev.slipway.core.source.VersionSelection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchingFilesTest {
    private static final Duration POLL = Duration.ofSeconds(30);

    private record Planned(Duration delay, Runnable task) {}

    @TempDir
    private Path root;

    private final List<BatchingConfig> told = new ArrayList<>();
    private final List<Planned> planned = new ArrayList<>();
    private Path repository;
    private BatchingFiles files;

    @BeforeEach
    void makeRepository() throws IOException {
        repository = Files.createDirectories(root.resolve("models"));
        Files.createDirectories(repository.resolve("a/1"));
        Files.createDirectories(repository.resolve("b/1"));
    }

    @AfterEach
    void close() {
        if (files != null) {
            files.close();
        }
    }

    private void start(ServerOptions.Batching asked) {
        start(asked, List.of(), POLL);
    }

    private void start(ServerOptions.Batching asked, List<ModelLocation> models, Duration poll) {
        FileSystemSource.Options source = new FileSystemSource.Options(
                repository, VersionSelection.NEWEST, models, poll, FileSystemSource.Options.SETTLE_TIME);
        files = new BatchingFiles(asked, new ModelFolders(() -> source, path -> false));
        files.start(told::add, poll, (delay, task) -> {
            planned.add(new Planned(delay, task));
            return () -> {};
        });
    }

    /** Runs what was planned for {@code delay}. */
    private void pass(Duration delay) {
        List<Planned> due =
                planned.stream().filter(plan -> plan.delay().equals(delay)).toList();
        assertThat(due).hasSize(1);
        planned.removeAll(due);
        due.forEach(plan -> plan.task().run());
    }

    private static ServerOptions.Batching asked(ServerOptions.Batching.Wish wish, Path parametersFile) {
        return new ServerOptions.Batching(wish, parametersFile, Duration.ZERO);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(root.resolve(name), text);
    }

    private BatchingConfig last() {
        return told.get(told.size() - 1);
    }

    private int rowsMax(String model) {
        return last().of(model).joining().rowsMax();
    }

    @Test
    void learnsWhenNobodyAsks() {
        start(ServerOptions.Batching.LEARNT);
        assertThat(told).containsExactly(BatchingConfig.LEARNT);
        pass(POLL);
        assertThat(told).as("what has not changed is not told again").hasSize(1);
    }

    @Test
    void doesAsTheFlagSays() {
        start(asked(ServerOptions.Batching.Wish.ON, null));
        assertThat(last().of("a").joining().mode()).isEqualTo(Joining.Mode.TRUSTED);
        assertThat(rowsMax("a")).isZero();
        close();
        start(asked(ServerOptions.Batching.Wish.OFF, null));
        assertThat(last().of("a").joining()).isEqualTo(Joining.OFF);
        close();
        start(new ServerOptions.Batching(ServerOptions.Batching.Wish.NONE, null, Duration.ofMillis(5)));
        assertThat(last().of("a").latencyObjective()).isEqualTo(Duration.ofMillis(5));
        assertThat(last().of("a").joining()).isEqualTo(Joining.LEARNT);
    }

    @Test
    void readsFilesAgainAndTellsWhatChanged() throws IOException {
        Path file = write("batching.txt", "max_batch_size { value: 32 }");
        write("models/b/config.pbtxt", "max_batch_size: 8 dynamic_batching { }");
        start(asked(ServerOptions.Batching.Wish.ON, file));
        assertThat(rowsMax("a")).isEqualTo(32);
        assertThat(rowsMax("b")).isEqualTo(8);

        write("batching.txt", "max_batch_size { value: 64 }");
        pass(POLL);
        assertThat(rowsMax("a")).isEqualTo(64);
        write("models/a/config.pbtxt", "max_batch_size: 4");
        Files.delete(root.resolve("models/b/config.pbtxt"));
        pass(POLL);
        assertThat(rowsMax("a")).isEqualTo(4);
        assertThat(rowsMax("b")).isEqualTo(64);
        assertThat(told).hasSize(3);
        assertThat(files.faults()).isZero();
    }

    @Test
    void keepsWhatABrokenFileSaidBefore() throws IOException {
        Path file = write("batching.txt", "max_batch_size { value: 32 }");
        write("models/b/config.pbtxt", "max_batch_size: 8");
        start(asked(ServerOptions.Batching.Wish.NONE, file));
        write("batching.txt", "max_batch_size { value: 0 }");
        write("models/b/config.pbtxt", "max_batch_size: 9 }");
        pass(POLL);
        assertThat(rowsMax("a")).isEqualTo(32);
        assertThat(rowsMax("b")).isEqualTo(8);
        assertThat(files.faults()).isEqualTo(2);

        Files.delete(file);
        write("models/b/config.pbtxt", "max_batch_size: 8");
        pass(POLL);
        assertThat(rowsMax("a")).as("a file that was asked for by name stays").isEqualTo(32);
        assertThat(files.faults()).isEqualTo(1);
        write("batching.txt", "max_batch_size { value: 32 }");
        pass(POLL);
        assertThat(files.faults()).isZero();
        assertThat(told).hasSize(1);
    }

    @Test
    void doesNotStartWithABrokenParametersFile() throws IOException {
        Path file = write("batching.txt", "max_batch_sise { value: 32 }");
        assertThatThrownBy(() -> start(asked(ServerOptions.Batching.Wish.ON, file)))
                .isInstanceOf(SlipwayException.class)
                .hasMessageStartingWith("batching parameters " + file + ", line 1, column 1: unknown field")
                .hasMessageContaining("nearest: max_batch_size");
        assertThatThrownBy(() -> start(asked(ServerOptions.Batching.Wish.ON, root.resolve("absent.txt"))))
                .hasMessageContaining("absent.txt: is not there");
        Files.write(file, new byte[] {(byte) 0xC3, 0x28});
        assertThatThrownBy(() -> start(asked(ServerOptions.Batching.Wish.ON, file)))
                .hasMessageContaining("is not text");
        Files.writeString(file, "#".repeat((1 << 20) + 1));
        assertThatThrownBy(() -> start(asked(ServerOptions.Batching.Wish.ON, file)))
                .hasMessageContaining("1048577 bytes (expected: at most 1048576)");
    }

    @Test
    void servesAModelWhoseFileIsBrokenAsIfItHadNone() throws IOException {
        write("models/b/config.pbtxt", "max_batch_size: many");
        start(ServerOptions.Batching.LEARNT);
        assertThat(last().of("b")).isEqualTo(BatchingParameters.LEARNT);
        assertThat(files.faults()).isOne();
    }

    @Test
    void looksAtOnceWhenAVersionComes() throws IOException {
        start(ServerOptions.Batching.LEARNT, List.of(), Duration.ofSeconds(-1));
        assertThat(planned).isEmpty();
        Files.createDirectories(repository.resolve("c/1"));
        write("models/c/config.pbtxt", "max_batch_size: 3");
        come("c");
        assertThat(rowsMax("c")).isEqualTo(3);
        write("models/c/config.pbtxt", "max_batch_size: 5");
        come("c");
        assertThat(rowsMax("c")).isEqualTo(5);
    }

    private void come(String model) {
        files.stateChanged(new StateChange(new ServableId(model, 1), VersionState.NEW, Instant.EPOCH, null));
        pass(Duration.ZERO);
    }

    @Test
    void looksBesideModelsThatAreConfiguredByName() throws IOException {
        Path elsewhere = Files.createDirectories(root.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("config.pbtxt"), "max_batch_size: 2", StandardCharsets.UTF_8);
        write("models/a/config.pbtxt", "max_batch_size: 7");
        start(ServerOptions.Batching.LEARNT, List.of(new ModelLocation("a", elsewhere, VersionSelection.NEWEST)), POLL);
        assertThat(rowsMax("a")).isEqualTo(2);
    }

    @Test
    void anEmptyListingForgetsNothing() throws IOException {
        write("models/a/config.pbtxt", "max_batch_size: 7");
        start(ServerOptions.Batching.LEARNT);
        Files.move(repository, root.resolve("away"));
        pass(POLL);
        assertThat(told).hasSize(1);
    }

    @Test
    void aModelThatIsAFileHasNone() throws IOException {
        Path file = write("single.onnx", "?");
        start(ServerOptions.Batching.LEARNT, List.of(new ModelLocation("single", file, VersionSelection.NEWEST)), POLL);
        assertThat(last().of("single")).isEqualTo(BatchingParameters.LEARNT);
        assertThat(files.faults()).isZero();
    }
}
