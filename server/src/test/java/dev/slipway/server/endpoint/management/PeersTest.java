package dev.slipway.server.endpoint.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import dev.slipway.access.AccessRules;
import dev.slipway.access.Need;
import dev.slipway.access.Permit;
import dev.slipway.access.Principal;
import dev.slipway.access.Witness;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import dev.slipway.protocol.proto.inference.ModelRepositoryParameter;
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
import dev.slipway.server.config.ModelConfig;
import dev.slipway.server.management.FakeModels;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What Triton's and TensorFlow Serving's clients know of management. */
@Timeout(60)
class PeersTest {
    private static final String TRITON = "inference.GRPCInferenceService/";
    private static final String TFS = "tensorflow.serving.ModelService/HandleReloadConfigRequest";

    private final ManagedServer server = new ManagedServer();
    private final ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port)
            .usePlaintext()
            .build();

    @AfterEach
    void stop() throws Exception {
        channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        server.close();
    }

    private <Q extends Message, A extends Message> A call(String method, Q request, A answer) {
        MethodDescriptor<Q, A> descriptor = MethodDescriptor.<Q, A>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(method)
                .setRequestMarshaller(ProtoUtils.marshaller(sample(request)))
                .setResponseMarshaller(ProtoUtils.marshaller(answer))
                .build();
        return ClientCalls.blockingUnaryCall(channel, descriptor, CallOptions.DEFAULT, request);
    }

    @SuppressWarnings("unchecked")
    private static <Q extends MessageLite> Q sample(Q message) {
        return (Q) message.getDefaultInstanceForType();
    }

    private CompletableFuture<HttpResponse<String>> post(String path, String body) {
        return server.begin(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port + "/v2/repository" + path))
                        .POST(HttpRequest.BodyPublishers.ofString(body)),
                HttpResponse.BodyHandlers.ofString());
    }

    private ReloadConfigResponse reload(ModelServerConfig config) {
        return call(
                TFS,
                ReloadConfigRequest.newBuilder()
                        .setConfig(config)
                        .addMetricNames("/some/counter")
                        .build(),
                ReloadConfigResponse.getDefaultInstance());
    }

    private static ModelServerConfig list(String... namesAndPaths) {
        ModelConfigList.Builder list = ModelConfigList.newBuilder();
        for (int at = 0; at < namesAndPaths.length; at += 2) {
            list.addConfigBuilder().setName(namesAndPaths[at]).setBasePath(namesAndPaths[at + 1]);
        }
        return ModelServerConfig.newBuilder().setModelConfigList(list).build();
    }

    private Map<String, ModelConfig> configured() {
        return server.control.current().config().models();
    }

    @Test
    void listsTheRepository() {
        server.models.with(new ModelStatus(
                "broken",
                List.of(new VersionStatus(
                        3,
                        VersionState.QUARANTINED,
                        FakeModels.SINCE,
                        "onnx",
                        0,
                        new SlipwayException(ErrorCode.INVALID_ARGUMENT, "no model"),
                        null)),
                Map.of(),
                Map.of(),
                Map.of(),
                null));
        String ready = """
                {"name":"fraud","version":"6","state":"READY","reason":""},\
                {"name":"fraud","version":"7","state":"READY","reason":""}]""";
        assertThat(ManagedServer.join(post("/index", "")).body()).isEqualTo("""
                        [{"name":"broken","version":"3","state":"UNAVAILABLE","reason":"no model"},\
                        {"name":"churn","version":"1","state":"LOADING","reason":""},""" + ready);
        assertThat(ManagedServer.join(post("/index", "{\"ready\": true}")).body())
                .isEqualTo("[" + ready);
        assertThat(ManagedServer.join(post("/index", "{\"raedy\": true}")).body())
                .contains("key 'raedy' is unknown (expected: 'ready')");

        RepositoryIndexResponse all = call(
                TRITON + "RepositoryIndex",
                RepositoryIndexRequest.getDefaultInstance(),
                RepositoryIndexResponse.getDefaultInstance());
        assertThat(all.getModelsList())
                .extracting(model -> model.getName() + model.getVersion() + model.getState() + model.getReason())
                .containsExactly("broken3UNAVAILABLEno model", "churn1LOADING", "fraud6READY", "fraud7READY");
        assertThat(call(
                                TRITON + "RepositoryIndex",
                                RepositoryIndexRequest.newBuilder()
                                        .setReady(true)
                                        .build(),
                                RepositoryIndexResponse.getDefaultInstance())
                        .getModelsCount())
                .isEqualTo(2);
    }

    @Test
    void answersALoadAtItsEnd() {
        CompletableFuture<HttpResponse<String>> rest = post("/models/fraud/load", "{}");
        CompletableFuture<RepositoryModelLoadResponse> grpc = CompletableFuture.supplyAsync(() -> load("fraud"));
        ManagedServer.await(() -> server.management.operations().running() == 1);
        assertThat(rest).isNotDone();
        assertThat(grpc).isNotDone();
        server.models.loading("fraud", 7).complete(null);
        assertThat(ManagedServer.join(rest).statusCode()).isEqualTo(200);
        assertThat(ManagedServer.join(rest).body()).isEqualTo("{}");
        ManagedServer.join(grpc);
    }

    private RepositoryModelLoadResponse load(String model) {
        return call(
                TRITON + "RepositoryModelLoad",
                RepositoryModelLoadRequest.newBuilder().setModelName(model).build(),
                RepositoryModelLoadResponse.getDefaultInstance());
    }

    /** Tells when it is asked, and whether that may go on when the test says so. */
    private record Taking(CompletableFuture<Void> asked, CompletableFuture<@Nullable Void> taken) implements Witness {
        @Override
        public void decided(Principal principal, Need need, boolean isAllowed) {
            asked.complete(null);
        }
    }

    @Test
    void nothingIsLoadedBeforeItIsTakenDown() {
        server.models.loading("fraud", 7).complete(null);
        Taking late = new Taking(new CompletableFuture<>(), new CompletableFuture<>());
        server.permit = new Permit(Principal.ANONYMOUS, AccessRules.OPEN, late);
        CompletableFuture<RepositoryModelLoadResponse> grpc = CompletableFuture.supplyAsync(() -> load("fraud"));
        ManagedServer.join(late.asked());
        assertThat(server.management.operations().list()).isEmpty();
        late.taken().complete(null);
        ManagedServer.join(grpc);

        SlipwayException full = new SlipwayException(ErrorCode.UNAVAILABLE, "the disk is full");
        server.permit = new Permit(
                Principal.ANONYMOUS,
                AccessRules.OPEN,
                new Taking(new CompletableFuture<>(), CompletableFuture.failedFuture(full)));
        assertThatThrownBy(() -> load("fraud")).hasMessage("UNAVAILABLE: the disk is full");
    }

    @Test
    void saysWhyALoadFailed() {
        server.models
                .loading("fraud", 7)
                .completeExceptionally(new SlipwayException(ErrorCode.RESOURCE_EXHAUSTED, "needs 2.1 GiB"));
        HttpResponse<String> rest = ManagedServer.join(post("/models/fraud/load", ""));
        assertThat(rest.statusCode()).isEqualTo(400);
        assertThat(rest.body()).isEqualTo("{\"error\":\"needs 2.1 GiB\"}");
        assertThatThrownBy(() -> load("fraud"))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessage("RESOURCE_EXHAUSTED: needs 2.1 GiB");
        assertThat(ManagedServer.join(post("/models/nobody/load", "")).statusCode())
                .isEqualTo(400);
        assertThatThrownBy(() -> load("nobody")).hasMessageStartingWith("NOT_FOUND: ");
    }

    @Test
    void unloadsAndAnswersOnceItIsGone() {
        server.models.going("fraud", 6).complete(null);
        CompletableFuture<HttpResponse<String>> rest =
                post("/models/fraud/unload", "{\"parameters\": {\"unload_dependents\": true}}");
        CompletableFuture<RepositoryModelUnloadResponse> grpc = CompletableFuture.supplyAsync(() -> call(
                TRITON + "RepositoryModelUnload",
                RepositoryModelUnloadRequest.newBuilder()
                        .setModelName("fraud")
                        .putParameters(
                                "unload_dependents",
                                ModelRepositoryParameter.newBuilder()
                                        .setBoolParam(true)
                                        .build())
                        .build(),
                RepositoryModelUnloadResponse.getDefaultInstance()));
        ManagedServer.await(() -> server.management.operations().running() == 1);
        assertThat(rest).isNotDone();
        server.models.going("fraud", 7).complete(null);
        assertThat(ManagedServer.join(rest).statusCode()).isEqualTo(200);
        ManagedServer.join(grpc);
        assertThat(configured().get("fraud").lifecycle().isUnloaded()).isTrue();
    }

    @Test
    void takesNoFilesOrConfigurationsFromRequests() {
        for (String parameter : List.of("config", "file:1/model.onnx")) {
            String expected = "load of model 'fraud' has the parameter '%s' (expected: none,".formatted(parameter);
            assertThat(ManagedServer.join(post(
                                    "/models/fraud/load", "{\"parameters\": {\"%s\": \"{}\"}}".formatted(parameter)))
                            .body())
                    .contains(expected);
            assertThatThrownBy(() -> call(
                            TRITON + "RepositoryModelLoad",
                            RepositoryModelLoadRequest.newBuilder()
                                    .setModelName("fraud")
                                    .putParameters(parameter, ModelRepositoryParameter.getDefaultInstance())
                                    .build(),
                            RepositoryModelLoadResponse.getDefaultInstance()))
                    .hasMessageStartingWith("INVALID_ARGUMENT: " + expected);
        }
        HttpResponse<String> large = ManagedServer.join(
                post("/models/fraud/load", "{\"parameters\": {\"file:1/a\": \"%s\"}}".formatted("A".repeat(20_000))));
        assertThat(large.statusCode()).isEqualTo(400);
        assertThat(large.body()).contains("files of models are not taken from requests");
        assertThat(server.management.operations().list()).isEmpty();
    }

    @Test
    void knowsNoOtherPathsOfTheRepository() {
        assertThat(ManagedServer.join(post("/models/fraud/relaod", "")).statusCode())
                .isEqualTo(404);
        assertThat(ManagedServer.join(post("/models/fraud", "")).statusCode()).isEqualTo(404);
        HttpResponse<String> get = ManagedServer.join(server.begin(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port + "/v2/repository/index"))
                        .GET(),
                HttpResponse.BodyHandlers.ofString()));
        assertThat(get.statusCode()).isEqualTo(405);
    }

    @Test
    void replacesTheListOfModels() {
        ReloadConfigResponse taken = reload(list("a", "/models/a", "b", "/models/b"));
        assertThat(taken.getStatus().getErrorCode()).isEqualTo(Code.OK);
        assertThat(taken.getMetricCount()).isZero();
        assertThat(configured()).containsOnlyKeys("a", "b");
        assertThat(server.control.current().origin()).isEqualTo("grpc");

        assertThat(reload(list()).getStatus().getErrorCode()).isEqualTo(Code.OK);
        assertThat(configured()).isEmpty();
    }

    @Test
    void keepsWhatThePeerHasNoWordsFor() {
        server.put("/models/fraud/labels/stable", "{\"version\": 6}");
        server.put("/models/a", "path: /models/a");
        server.put("/models/a/labels/stable", "{\"version\": 1}");
        server.models.with("a", VersionState.AVAILABLE, 1);
        server.put("/models/a/labels/stable", "{\"version\": 1}");
        reload(list("a", "/models/a"));
        assertThat(configured()).containsOnlyKeys("a", "fraud");
        assertThat(configured().get("fraud").lifecycle().labels()).isEqualTo(Map.of("stable", Split.of(6)));
        assertThat(configured().get("a").lifecycle().labels()).isEmpty();
    }

    @Test
    void changesNothingWhenThereIsAFault() {
        ReloadConfigResponse refused = reload(list("a", "/models/a", "b", ""));
        assertThat(refused.getStatus().getErrorCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(refused.getStatus().getErrorMessage()).isEqualTo("model 'b' has no base_path");
        assertThat(reload(ModelServerConfig.getDefaultInstance()).getStatus().getErrorMessage())
                .isEqualTo("ReloadConfigRequest has no config (expected: config with a model_config_list)");
        assertThat(server.control.current().number()).isOne();
    }
}
