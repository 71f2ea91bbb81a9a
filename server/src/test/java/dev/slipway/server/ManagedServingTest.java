package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import dev.slipway.api.VersionState;
import dev.slipway.client.OperationSummary;
import dev.slipway.client.SlipwayClient;
import dev.slipway.client.StateEvent;
import dev.slipway.core.source.VersionSelection;
import dev.slipway.protocol.proto.inference.RepositoryIndexRequest;
import dev.slipway.protocol.proto.inference.RepositoryIndexResponse;
import dev.slipway.protocol.proto.inference.RepositoryModelLoadRequest;
import dev.slipway.protocol.proto.inference.RepositoryModelLoadResponse;
import dev.slipway.protocol.proto.inference.RepositoryModelUnloadRequest;
import dev.slipway.protocol.proto.inference.RepositoryModelUnloadResponse;
import dev.slipway.protocol.proto.tensorflow.error.Code;
import dev.slipway.protocol.proto.tensorflow.serving.ModelConfigList;
import dev.slipway.protocol.proto.tensorflow.serving.ModelServerConfig;
import dev.slipway.protocol.proto.tensorflow.serving.ReloadConfigRequest;
import dev.slipway.protocol.proto.tensorflow.serving.ReloadConfigResponse;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Management of a whole server, through its own client and those of its peers. */
@Timeout(120)
class ManagedServingTest {
    private static final OptionalLong ANY = OptionalLong.empty();
    private static final String PREDICT = "{\"inputs\": [1.0, 1.0]}";
    private static final String TRITON = "inference.GRPCInferenceService/";

    @TempDir
    static Path folder;

    /** A folder outside the repository, for models that are named. */
    @TempDir
    static Path elsewhere;

    @RegisterExtension
    final SlipwayExtension slipway = SlipwayExtension.serving(ManagedServingTest::models)
            .with(options -> options.withServing(serving ->
                    serving.withModels(Map.of("two", serving.defaults().withVersions(new VersionSelection.All())))));

    private static Path models() {
        try {
            TestModels.write(folder.resolve("one/1"), TestModels.times(2, 3));
            TestModels.write(folder.resolve("two/1"), TestModels.times(2, 3));
            TestModels.write(folder.resolve("two/2"), TestModels.times(4, 5));
            TestModels.write(elsewhere.resolve("1"), TestModels.times(6, 7));
            return folder;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private SlipwayClient client() {
        return new SlipwayClient(slipway.uri(""), Duration.ofSeconds(60));
    }

    private String predict(String model) {
        return client().predict(new Target(model, VersionChoice.LATEST, ""), PREDICT);
    }

    private OperationSummary end(OperationSummary begun) {
        return client().await(begun.id(), progress -> {});
    }

    @Test
    void unloadsAModelAndLoadsItAgain() {
        String before = predict("one");
        assertThat(end(client().unload("one", ANY)).state()).isEqualTo("done");
        assertThatThrownBy(() -> predict("one")).isInstanceOf(SlipwayException.class);
        assertThat(predict("two")).isNotEmpty();

        OperationSummary loaded = end(client().load("one", ANY));
        assertThat(loaded.state()).isEqualTo("done");
        assertThat(loaded.version()).hasValue(1);
        assertThat(predict("one")).isEqualTo(before);
        assertThat(slipway.get("/metrics").body())
                .contains("slipway_operations_running 0.0")
                .contains("slipway_version_state{model=\"one\",state=\"AVAILABLE\",version=\"1\"} 1.0")
                .contains("slipway_model_memory_bytes{model=\"one\",version=\"1\"} ");
    }

    @Test
    void saysThatAVersionIsNotThere() {
        assertThatThrownBy(() -> client().load("one", OptionalLong.of(9)))
                .isInstanceOf(SlipwayException.class)
                .extracting("code")
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThatThrownBy(() -> client().load("nobody", ANY))
                .extracting("code")
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void movesALabelAndDividesRequests() {
        client().label("two", "champion", Split.of(1));
        assertThat(slipway.get("/slipway/v1/models/two").body()).contains("\"champion\"");
        client().label("two", "champion", new Split(Map.of(1L, 95, 2L, 5)));
        assertThat(slipway.server()
                        .control()
                        .current()
                        .config()
                        .of("two")
                        .lifecycle()
                        .labels())
                .isEqualTo(Map.of("champion", new Split(Map.of(1L, 95, 2L, 5))));
        client().deleteLabel("two", "champion");
        assertThat(slipway.server()
                        .control()
                        .current()
                        .config()
                        .of("two")
                        .lifecycle()
                        .labels())
                .isEmpty();
    }

    @Test
    void servesAModelThatIsPutAndNoLongerOneThatIsDeleted() {
        HttpResponse<String> put = slipway.send(HttpRequest.newBuilder(slipway.uri("/slipway/v1/models/new"))
                .PUT(HttpRequest.BodyPublishers.ofString("path: " + elsewhere)));
        assertThat(put.body()).contains("\"origin\":\"model new is put, rest\"");
        await(() -> isServed("new"));
        assertThat(predict("new")).contains("6.0", "7.0");
        assertThat(slipway.get("/slipway/v1/config").body()).contains("new:");

        HttpResponse<String> wrong = slipway.send(HttpRequest.newBuilder(slipway.uri("/slipway/v1/models/new"))
                .PUT(HttpRequest.BodyPublishers.ofString("path: /x\nlables: {a: 1}\n")));
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body()).contains("lables", "labels");

        slipway.send(
                HttpRequest.newBuilder(slipway.uri("/slipway/v1/models/new")).DELETE());
        await(() -> !isServed("new"));
        assertThat(slipway.post("/slipway/v1/config/rollback", "").statusCode()).isEqualTo(200);
        await(() -> isServed("new"));
    }

    private boolean isServed(String model) {
        try {
            predict(model);
            return true;
        } catch (SlipwayException e) {
            return false;
        }
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("condition does not hold after 30 s");
            }
            Thread.onSpinWait();
        }
    }

    @Test
    void tellsOfStatesAsTheyChange() throws Exception {
        BlockingQueue<StateEvent> events = new LinkedBlockingQueue<>();
        CompletableFuture<Void> watching = CompletableFuture.runAsync(() -> client().watch(events::add));
        // The stream begins at some time: things happen again and again until it tells of them.
        StateEvent event = null;
        while (event == null) {
            end(client().unload("one", ANY));
            end(client().load("one", ANY));
            event = events.poll(10, TimeUnit.MILLISECONDS);
        }
        assertThat(event.id().model()).isEqualTo("one");
        assertThat(watching).isNotDone();
        slipway.server().stop();
        watching.get(30, TimeUnit.SECONDS);
        assertThat(events).extracting(StateEvent::state).contains(VersionState.AVAILABLE);
    }

    @Test
    void doesAsTritonsClientsAsk() {
        List<String> ready = index();
        assertThat(ready).containsExactly("one 1", "two 1", "two 2");
        slipway.grpc()
                .call(
                        TRITON + "RepositoryModelUnload",
                        RepositoryModelUnloadRequest.newBuilder()
                                .setModelName("two")
                                .build(),
                        RepositoryModelUnloadResponse.getDefaultInstance());
        assertThat(index()).containsExactly("one 1");
        slipway.grpc()
                .call(
                        TRITON + "RepositoryModelLoad",
                        RepositoryModelLoadRequest.newBuilder()
                                .setModelName("two")
                                .build(),
                        RepositoryModelLoadResponse.getDefaultInstance());
        assertThat(index()).contains("two 2");
        assertThat(slipway.post("/v2/repository/models/one/unload", "").statusCode())
                .isEqualTo(200);
        assertThat(slipway.post("/v2/repository/models/one/load", "").statusCode())
                .isEqualTo(200);
        assertThat(slipway.post("/v2/repository/index", "{\"ready\": true}").body())
                .contains("\"one\"");
    }

    private List<String> index() {
        return slipway
                .grpc()
                .call(
                        TRITON + "RepositoryIndex",
                        RepositoryIndexRequest.newBuilder().setReady(true).build(),
                        RepositoryIndexResponse.getDefaultInstance())
                .getModelsList()
                .stream()
                .map(model -> model.getName() + " " + model.getVersion())
                .toList();
    }

    @Test
    void replacesItsModelsAsTensorFlowServingDoes() {
        assertThat(reload("named", elsewhere.toString()).getStatus().getErrorCode())
                .isEqualTo(Code.OK);
        await(() -> isServed("named"));
        ReloadConfigResponse refused = reload("other", "");
        assertThat(refused.getStatus().getErrorCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(isServed("named")).isTrue();
    }

    private ReloadConfigResponse reload(String name, String path) {
        ModelConfigList.Builder list = ModelConfigList.newBuilder();
        list.addConfigBuilder().setName(name).setBasePath(path);
        return slipway.grpc()
                .call(
                        "tensorflow.serving.ModelService/HandleReloadConfigRequest",
                        ReloadConfigRequest.newBuilder()
                                .setConfig(ModelServerConfig.newBuilder().setModelConfigList(list))
                                .build(),
                        ReloadConfigResponse.getDefaultInstance());
    }
}
