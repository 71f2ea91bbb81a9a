package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.ModelStatus;
import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.VersionState;
import dev.slipway.server.config.ConfigFile;
import dev.slipway.server.config.ConfigYaml;
import dev.slipway.server.config.ServerOptions;
import dev.slipway.server.control.Change;
import dev.slipway.server.control.Control;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configurations, applied to a real server: from its file, by hand, and while requests come. */
class ConfigUnderTrafficTest {
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    private Path folder;

    private final BlockingQueue<ServingListener.StateChange> changes = new LinkedBlockingQueue<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private SlipwayServer server;
    private Path file;

    @BeforeEach
    void makeModels() throws IOException {
        file = folder.resolve("slipway.yaml");
        for (int version = 1; version <= 3; version++) {
            TestModels.write(folder.resolve("a/" + version), TestModels.times(version, version));
            TestModels.write(folder.resolve("b/" + version), TestModels.times(10 * version, version));
        }
        TestModels.write(folder.resolve("repo/c/1"), TestModels.times(7, 7));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.stop();
        }
    }

    private Control start(String text) throws IOException {
        Files.writeString(file, text);
        ConfigFile opened = new ConfigFile(file, ConfigFile.Form.SLIPWAY, ConfigYaml.NOTHING, Duration.ofMillis(5));
        server = SlipwayServer.start(
                new ServerOptions(
                                opened.read().serving(),
                                ServerOptions.Network.ANY_FREE_PORT,
                                ServerOptions.Resources.ofThisMachine())
                        .withOrigin(
                                new ServerOptions.Origin(opened, opened.read().start(), folder.resolve("state"))),
                List.of(new ServingListener() {
                    @Override
                    public void stateChanged(StateChange change) {
                        changes.add(change);
                    }
                }));
        assertThat(server.awaitReady(Duration.ofSeconds(PATIENCE_SECONDS))).isTrue();
        return server.control();
    }

    /** Waits for changes of state until the statuses are as they should be. */
    private void await(Predicate<SlipwayServer> expected) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!expected.test(server)) {
            changes.poll(20, TimeUnit.MILLISECONDS);
            if (System.nanoTime() > end) {
                throw new AssertionError("not so after %d s: %s".formatted(PATIENCE_SECONDS, server.statuses()));
            }
        }
    }

    private static boolean serves(SlipwayServer server, String model, long version) {
        ModelStatus status = server.statuses().get(model);
        return status != null
                && status.versions().stream()
                        .anyMatch(v -> v.version() == version && v.state() == VersionState.AVAILABLE);
    }

    private float first(String path) throws Exception {
        HttpResponse<String> answer = post(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Float.parseFloat(answer.body().replaceAll("(?s).*?\\[\\[?\\s*([-0-9.eE]+).*", "$1"));
    }

    private HttpResponse<String> post(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:%d/v1/models/%s:predict".formatted(server.restPort(), path));
        return http.send(
                HttpRequest.newBuilder(uri)
                        .POST(HttpRequest.BodyPublishers.ofString("{\"inputs\": [1.0, 1.0]}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void theFileIsFollowedAndABrokenOneChangesNothing() throws Exception {
        start("models: {a: {path: a, versions: [1, 2], labels: {stable: 1}}}");
        assertThat(first("a/labels/stable")).isEqualTo(1);

        Files.writeString(file, "models: {a: {path: a, versions: [1, 2], labels: {stable: 2}}, b: {path: b}}");
        await(now -> serves(now, "b", 3) && now.control().current().number() == 2);
        assertThat(first("a/labels/stable")).isEqualTo(2);
        assertThat(first("b")).isEqualTo(30);
        assertThat(server.control().current().origin()).isEqualTo("file");

        Files.writeString(file, "models: {a: {path: a, verions: [1]}}");
        // A file that is being written is empty for a moment, which is another fault.
        await(now -> now.control().faults().stream()
                .anyMatch(fault ->
                        String.valueOf(fault.getMessage()).contains("unknown key 'verions' (nearest: versions)")));
        assertThat(first("b")).isEqualTo(30);
        String metrics = http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/metrics".formatted(server.restPort())))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        assertThat(metrics).contains("slipway_config_faults 1.0").contains("slipway_config_revision 2.0");

        Files.writeString(file, "models: {b: {path: b, versions: all}}");
        await(now -> serves(now, "b", 1)
                && !serves(now, "a", 1)
                && now.control().faults().isEmpty());
        server.control().rollback(OptionalLong.of(1), "");
        await(now -> serves(now, "a", 1) && !serves(now, "b", 3));
        assertThat(first("a/labels/stable")).isEqualTo(1);
    }

    private boolean answersWith(String model, String output) {
        URI uri = URI.create("http://127.0.0.1:%d/v2/models/%s".formatted(server.restPort(), model));
        return http.sendAsync(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .join()
                .body()
                .contains("\"name\":\"%s\"".formatted(output));
    }

    @Test
    void aFileAmongAModelsOwnFilesCountsWhenTheyAreSeenToChange() throws Exception {
        TestModels.write(folder.resolve("repo/d"), TestModels.times(7, 7));
        Files.writeString(folder.resolve("repo/d/slipway.yaml"), "output: {name: before}\n");
        // Long: only what the system tells of the files brings the change.
        start("repository: repo\npoll_interval: 1h\n");
        await(now -> answersWith("d", "before"));
        Files.writeString(folder.resolve("repo/d/slipway.yaml"), "output: {name: after}\n");
        await(now -> answersWith("d", "after"));
    }

    @Test
    void modelsOfTheRepositoryKeepToTheirOwnFiles() throws Exception {
        Files.writeString(folder.resolve("repo/c/slipway.yaml"), "labels: {mine: 1}\nversions: all\n");
        start("repository: repo\npoll_interval: 20ms\n");
        assertThat(first("c/labels/mine")).isEqualTo(7);

        TestModels.write(folder.resolve("repo/c/2"), TestModels.times(8, 8));
        await(now -> serves(now, "c", 2));
        assertThat(serves(server, "c", 1)).as("versions: all").isTrue();
        Files.writeString(folder.resolve("repo/c/slipway.yaml"), "labels: {mine: 2}\n");
        await(now -> !serves(now, "c", 1)
                && Split.of(2).equals(now.statuses().get("c").labels().get("mine")));
        Files.writeString(folder.resolve("repo/c/slipway.yaml"), "lables: {mine: 2}\n");
        await(now -> now.control().faults().size() == 1);
        assertThat(first("c/labels/mine")).as("what it said before counts").isEqualTo(8);

        Files.writeString(file, "repository: repo\npoll_interval: 20ms\nmodels: {c: {labels: {yours: 2}}}\n");
        await(now -> now.statuses().get("c").labels().containsKey("yours"));
        assertThat(server.statuses().get("c").labels()).containsOnlyKeys("yours");
    }

    @Test
    void requiredModelsDecideReadiness() throws Exception {
        Files.createDirectories(folder.resolve("later"));
        start("models: {a: {path: a}, later: {path: later, required: true}}\nsettle_time: 1ms\npoll_interval: 20ms");
        assertThat(ready()).isEqualTo(503);
        TestModels.write(folder.resolve("later/1"), TestModels.times(1, 1));
        await(now -> serves(now, "later", 1));
        assertThat(ready()).isEqualTo(200);
        server.control().apply(config -> config.withModels(Map.of("a", config.of("a"))), "test");
        assertThat(ready()).isEqualTo(200);
    }

    private int ready() throws Exception {
        return http.send(
                        HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:%d/v2/health/ready".formatted(server.restPort())))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void aDiffTellsWhatWouldHappenAndChangesNothing() throws Exception {
        Control control = start("models: {a: {path: a, versions: [1, 2], labels: {stable: 1}}}");
        Change change = control.diff(
                control.read(
                        "body",
                        "models: {a: {path: a, versions: [2, 3], labels: {stable: 2}, pinned: true}, b: {path: b, versions: all}}"));
        assertThat(change.steps())
                .extracting(step -> "%s %s %s %s".formatted(step.what(), step.model(), step.subject(), step.detail()))
                .anyMatch(step -> step.startsWith("LOAD a version 3"))
                .anyMatch(step -> step.startsWith("UNLOAD a version 1"))
                .contains("MOVE a label stable 1 -> 2", "SET a pinned ", "SET a versions ")
                .anyMatch(step -> step.startsWith("LOAD b version 1"))
                .anyMatch(step -> step.startsWith("LOAD b version 3"));
        assertThat(change.isRejected()).isFalse();
        assertThat(change.memoryBytes()).isPositive();
        assertThat(control.history()).hasSize(1);
        assertThat(server.statuses()).containsOnlyKeys("a");
        assertThatThrownBy(
                        () -> control.apply(config -> control.read("body", "models: {a: {path: 's3:///a'}}"), "test"))
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining("s3:///a");
        assertThat(first("a/labels/stable")).isEqualTo(1);
    }

    @Test
    void whatDoesNotChangeDoesNotNoticeAndNoRequestFails() throws Exception {
        Control control = start("models: {a: {path: a, versions: [1, 2], labels: {stable: 1}}, b: {path: b}}");
        AtomicBoolean isOver = new AtomicBoolean();
        AtomicLong answered = new AtomicLong();
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        Thread client = new Thread(() -> {
            while (!isOver.get()) {
                try {
                    float stable = first("a/labels/stable");
                    if ((stable != 1 && stable != 2) || first("b") != 30) {
                        failures.add("answered " + stable);
                    }
                    answered.incrementAndGet();
                } catch (Exception | AssertionError e) {
                    failures.add(e.toString());
                }
            }
        });
        client.start();
        changes.clear();
        for (int i = 0; failures.isEmpty() && (i < 40 || answered.get() < 20); i++) {
            long label = 1 + i % 2;
            control.apply(
                    config -> control.read(
                            "test",
                            "models: {a: {path: a, versions: [1, 2], labels: {stable: %d}}, b: {path: b}, c: {path: repo/c}}\n"
                                            .formatted(label)
                                    + "poll_interval: " + (10 + label) + "s\n"),
                    "test");
            control.apply(
                    config -> control.read(
                            "test",
                            "models: {a: {path: a, versions: [1, 2], labels: {stable: %d}}, b: {path: b}}"
                                    .formatted(label)),
                    "test");
        }
        isOver.set(true);
        client.join();
        assertThat(failures).isEmpty();
        assertThat(changes)
                .extracting(ServingListener.StateChange::id)
                .extracting(ServableId::model)
                .doesNotContain("a", "b");
    }
}
