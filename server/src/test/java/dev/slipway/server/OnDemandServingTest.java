package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.ServingListener;
import dev.slipway.api.VersionChoice;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import dev.slipway.core.Manager;
import dev.slipway.core.ModelSettings;
import dev.slipway.core.ModelSettings.Residency;
import dev.slipway.server.config.ServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Models that are loaded when a request asks for them, by a real server. */
class OnDemandServingTest {
    private static final int REQUESTS = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String BODY = "{\"instances\":[[5.1, 3.5, 1.4, 0.2]]}";
    private static final ModelSettings ON_DEMAND = new ModelSettings(Map.of(), Residency.ON_DEMAND, false, false, null);
    private static final ModelSettings UNLOADED = new ModelSettings(Map.of(), Residency.ON_DEMAND, false, true, null);

    private final List<String> changes = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    @RegisterExtension
    final SlipwayExtension server = SlipwayExtension.serving(this::models).tell(new ServingListener() {
        @Override
        public void stateChanged(StateChange change) {
            changes.add(change.id() + " " + change.state());
        }
    });

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Path models() {
        try {
            byte[] iris = Files.readAllBytes(SlipwayExtension.examples().resolve("iris/1/model.onnx"));
            TestModels.write(folder.resolve("first/1"), iris);
            TestModels.write(folder.resolve("second/1"), iris);
            Files.createDirectories(folder.resolve("slow/1"));
            Files.createFile(folder.resolve("slow/1/model.gate"));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another server of the same models. */
    private SlipwayServer startAnother(long budgetBytes, Duration requestTimeout) {
        ServerOptions options = server.server().options();
        ServerOptions.Network network = options.network();
        ServerOptions.Resources resources = options.resources();
        SlipwayServer another = SlipwayServer.start(options.withNetwork(
                        new ServerOptions.Network(network.host(), 0, 0, requestTimeout, network.drainTimeout()))
                .withResources(new ServerOptions.Resources(
                        resources.threads(), budgetBytes, resources.retries(), resources.policy())));
        assertThat(another.awaitReady(PATIENCE)).isTrue();
        return another;
    }

    /** Leaves a model asleep, whatever it was. */
    private static void putToSleep(Manager manager, String model) throws Exception {
        manager.configure(model, UNLOADED);
        manager.gone(model, 1).get(60, TimeUnit.SECONDS);
        manager.configure(model, ON_DEMAND);
        // Answered once all that was said before has been taken in.
        manager.gone(model, 1).get(60, TimeUnit.SECONDS);
    }

    private static VersionStatus status(Manager manager, String model) {
        return manager.statuses().get(model).versions().get(0);
    }

    private long count(String change) {
        return changes.stream().filter(change::equals).count();
    }

    private CompletableFuture<HttpResponse<String>> ask(SlipwayServer asked, String path, String body) {
        return http.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + asked.restPort() + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private void askAll(SlipwayServer asked, String model, int requests) throws Exception {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            answers.add(ask(asked, "/v1/models/" + model + ":predict", BODY));
        }
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            HttpResponse<String> got = answer.get(60, TimeUnit.SECONDS);
            assertThat(got.statusCode()).as(got.body()).isEqualTo(200);
            assertThat(got.body()).contains("setosa");
        }
    }

    @Test
    void twoHundredFirstRequestsAtOnceCauseOneLoadAndAreAllAnswered() throws Exception {
        Manager manager = server.server().manager();
        putToSleep(manager, "first");
        assertThat(server.get("/v1/models/first").statusCode()).isEqualTo(200);
        assertThat(server.get("/v1/models/first/metadata").statusCode()).isEqualTo(503);
        assertThat(status(manager, "first").state()).as("neither loads it").isEqualTo(VersionState.DORMANT);
        long before = count("first:1 LOADING");
        askAll(server.server(), "first", REQUESTS);
        assertThat(count("first:1 LOADING")).isEqualTo(before + 1);
        assertThat(manager.map().handlesOpen()).isZero();
    }

    @Test
    void twoModelsWithMemoryForOneTakeTurnsAndFailNoRequest() throws Exception {
        long bytes = status(server.server().manager(), "first").memory().expectedBytes();
        assertThat(bytes).isPositive();
        SlipwayServer tight = startAnother(bytes * 3 / 2, PATIENCE);
        Manager manager = tight.manager();
        putToSleep(manager, "first");
        putToSleep(manager, "second");
        for (int round = 0; round < 10; round++) {
            askAll(tight, "first", 10);
            assertThat(status(manager, "second").state()).isNotEqualTo(VersionState.AVAILABLE);
            askAll(tight, "second", 10);
            assertThat(status(manager, "first").state()).isNotEqualTo(VersionState.AVAILABLE);
        }
        assertThat(status(manager, "first").history())
                .anySatisfy(step -> assertThat(step.reason()).isEqualTo("made room for second:1"));
        assertThat(tight.stop()).isTrue();
    }

    @Test
    void whoGivesUpBeforeTheVersionIsThereIsToldSoAndDoesNotRun() throws Exception {
        SlipwayServer impatient = startAnother(Long.MAX_VALUE, Duration.ofMillis(300));
        Manager manager = impatient.manager();
        putToSleep(manager, "slow");
        CountDownLatch gate = GateBackend.shut();
        HttpResponse<String> late =
                ask(impatient, "/v2/models/slow/infer", "{\"inputs\":[]}").get(60, TimeUnit.SECONDS);
        assertThat(late.statusCode()).as(late.body()).isEqualTo(504);
        gate.countDown();
        manager.demand("slow", VersionChoice.LATEST).get(60, TimeUnit.SECONDS);
        assertThat(status(manager, "slow").state()).isEqualTo(VersionState.AVAILABLE);
        // It closes everything in time only if the request that was lent the model has given it back.
        assertThat(impatient.stop()).isTrue();
        assertThat(manager.map().handlesOpen()).isZero();
    }
}
