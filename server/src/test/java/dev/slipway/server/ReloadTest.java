package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.ModelStatus;
import dev.slipway.api.VersionState;
import dev.slipway.server.config.ConfigFile;
import dev.slipway.server.config.ConfigYaml;
import dev.slipway.server.config.ServerOptions;
import dev.slipway.server.config.ServingConfig;
import dev.slipway.server.control.Change;
import dev.slipway.server.control.Control;
import dev.slipway.server.management.ConfigEdits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a running server does as its configuration says something else: its folders, its memory, its readiness. */
class ReloadTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private SlipwayServer server;
    private Path file;

    @BeforeEach
    void makeModels() throws IOException {
        file = folder.resolve("config");
        TestModels.write(folder.resolve("one/a/1"), TestModels.times(1, 1));
        TestModels.write(folder.resolve("one/both/1"), TestModels.times(2, 2));
        TestModels.write(folder.resolve("two/both/1"), TestModels.times(3, 3));
        TestModels.write(folder.resolve("two/c/1"), TestModels.times(4, 4));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.stop();
        }
    }

    private Control start(ConfigFile.Form form, String text) throws IOException {
        Files.writeString(file, text);
        ConfigFile opened = new ConfigFile(file, form, ConfigYaml.NOTHING, Duration.ofMillis(5));
        server = SlipwayServer.start(new ServerOptions(
                        opened.read().serving(),
                        ServerOptions.Network.ANY_FREE_PORT,
                        ServerOptions.Resources.ofThisMachine())
                .withOrigin(new ServerOptions.Origin(opened, opened.read().start(), null)));
        assertThat(server.awaitReady(PATIENCE)).isTrue();
        return server.control();
    }

    private boolean isServed(String model) {
        ModelStatus status = server.statuses().get(model);
        return status != null
                && status.versions().stream().anyMatch(version -> version.state() == VersionState.AVAILABLE);
    }

    private String ask(String model) throws Exception {
        URI uri = URI.create("http://127.0.0.1:%d/v1/models/%s:predict".formatted(server.restPort(), model));
        return http.send(
                        HttpRequest.newBuilder(uri)
                                .POST(HttpRequest.BodyPublishers.ofString("{\"inputs\": [1.0, 1.0]}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private int ready() throws Exception {
        URI uri = URI.create("http://127.0.0.1:%d/v2/health/ready".formatted(server.restPort()));
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void anotherRepositoryTakesThePlaceOfTheOne() throws Exception {
        start(ConfigFile.Form.SLIPWAY, "repository: one\nsettle_time: 1ms\n");
        assertThat(ask("both")).contains("2.0");
        Files.writeString(file, "repository: two\nsettle_time: 1ms\n");
        await(() ->
                isServed("c") && !isServed("a") && server.control().current().number() == 2);
        await(() -> asked("both").contains("3.0"));
        TestModels.write(folder.resolve("two/d/1"), TestModels.times(5, 5));
        await(() -> isServed("d"));
        TestModels.write(folder.resolve("one/e/1"), TestModels.times(5, 5));
        server.control().reload("test");
        assertThat(server.statuses()).containsKeys("both", "c", "d").doesNotContainKey("e");
    }

    private static void await(BooleanSupplier condition) {
        Await.until(condition, "the server does as its configuration says");
    }

    private String asked(String model) {
        try {
            return ask(model);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aTensorFlowServingFileIsLookedAtAgain() throws Exception {
        String list = "model_config_list { config { name: '%s' base_path: '%s' model_platform: 'onnx' } }";
        start(ConfigFile.Form.TENSORFLOW, list.formatted("a", folder.resolve("one/a")));
        assertThat(ask("a")).contains("1.0");
        Files.writeString(file, list.formatted("c", folder.resolve("two/c")));
        await(() -> isServed("c") && !isServed("a"));
        Files.writeString(file, "model_config_list { confg {} }");
        await(() -> server.control().faults().size() == 1);
        assertThat(ask("c")).contains("4.0");
    }

    @Test
    void aRequiredModelThatIsUnloadedByHandMakesTheServerNotReady() throws Exception {
        Control control = start(ConfigFile.Form.SLIPWAY, "models: {a: {path: one/a, required: true}}");
        assertThat(ready()).isEqualTo(200);
        control.apply(ConfigEdits.unloaded("a", true), "test");
        await(() -> !isServed("a"));
        assertThat(ready()).isEqualTo(503);
        ServingConfig loaded =
                control.apply(ConfigEdits.unloaded("a", false), "test").config();
        await(() -> isServed("a"));
        assertThat(ready()).isEqualTo(200);
        assertThat(loaded)
                .as("nothing is left of it")
                .isEqualTo(control.history().get(2).config());
    }

    @Test
    void anotherMemoryBudgetCountsForLaterLoads() throws Exception {
        String models = "models: {a: {path: one/a}}";
        Control control = start(ConfigFile.Form.SLIPWAY, models);
        Files.writeString(file, models + "\nmemory: {budget: 1B}\n");
        await(() -> control.current().number() == 2);
        assertThat(server.manager().resources().budgetBytes()).isOne();
        assertThat(ask("a")).as("what is served stays").contains("1.0");

        String more = "models: {a: {path: one/a}, c: {path: two/c}}";
        Change change = control.diff(control.read("body", more + "\nmemory: {budget: 1B}"));
        assertThat(change.isRejected()).isTrue();
        assertThat(change.budgetBytes()).isOne();
        assertThatThrownBy(() -> control.apply(config -> control.read("body", more + "\nmemory: {budget: 1B}"), "test"))
                .hasMessageContaining("model 'c' version 1: needs")
                .hasMessageContaining("(free: 0 B)");
        assertThat(server.manager().resources().budgetBytes()).isOne();

        Change wider = control.diff(control.read("body", more + "\nmemory: {budget: 1GiB}"));
        assertThat(wider.steps())
                .extracting(step -> "%s %s %s".formatted(step.what(), step.subject(), step.detail()))
                .contains("SET memory.budget 1 B -> 1.0 GiB");
        Files.writeString(file, more + "\nmemory: {budget: 1GiB}\n");
        await(() -> isServed("c"));
        assertThat(server.manager().resources().budgetBytes()).isEqualTo(1L << 30);
    }
}
