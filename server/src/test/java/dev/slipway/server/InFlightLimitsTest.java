package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Message;
import dev.slipway.api.VersionState;
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import dev.slipway.protocol.proto.inference.ModelInferResponse;
import dev.slipway.protocol.proto.tensorflow.Example;
import dev.slipway.protocol.proto.tensorflow.Feature;
import dev.slipway.protocol.proto.tensorflow.Features;
import dev.slipway.protocol.proto.tensorflow.FloatList;
import dev.slipway.protocol.proto.tensorflow.serving.ExampleList;
import dev.slipway.protocol.proto.tensorflow.serving.InferenceTask;
import dev.slipway.protocol.proto.tensorflow.serving.Input;
import dev.slipway.protocol.proto.tensorflow.serving.ModelSpec;
import dev.slipway.protocol.proto.tensorflow.serving.MultiInferenceRequest;
import dev.slipway.protocol.proto.tensorflow.serving.MultiInferenceResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** One request at a time: whatever becomes of a request, its place is free afterwards. */
@Timeout(180)
class InFlightLimitsTest {
    private static final String ONE = "limits: {concurrent: 1}\n";
    private static final String FULL = "takes 1 request at a time";
    private static final String ROW = "{\"instances\": [[5.1, 3.5, 1.4, 0.2]]}";

    @TempDir
    private static Path models;

    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(InFlightLimitsTest::written);

    private static Path written() {
        try {
            for (String name : List.of("iris", "busy", "digits", "counted")) {
                String example = name.equals("digits") || name.equals("counted") ? "digits/2" : "iris/1";
                TestModels.write(
                        models.resolve(name + "/1"),
                        Files.readAllBytes(SlipwayExtension.examples().resolve(example + "/model.onnx")));
                Files.writeString(models.resolve(name + "/slipway.yaml"), ONE);
            }
            // Names give it a second signature.
            Files.write(
                    models.resolve("digits/names.txt"),
                    List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"));
            Files.writeString(
                    models.resolve("digits/slipway.yaml"),
                    "classes: %s\nlimits: {concurrent: 1, requests: 1000/s, rows: 1000/s}\n"
                            .formatted(models.resolve("digits/names.txt")));
            Files.writeString(
                    models.resolve("counted/slipway.yaml"),
                    "classes: %s\nlimits: {rows: 3/h}\n".formatted(models.resolve("digits/names.txt")));
            TestModels.write(models.resolve("summing/1"), TestModels.bytes("remembering"));
            Files.writeString(models.resolve("summing/slipway.yaml"), ONE + """
                    sequence:
                      controls: {START: start, CORRID: correlation_id}
                      states:
                        - {input: H, output: HN}
                    """);
            for (String name : List.of("slow", "gone")) {
                Files.createDirectories(models.resolve(name + "/1"));
                Files.createFile(models.resolve(name + "/1/model.gate"));
                Files.writeString(
                        models.resolve(name + "/slipway.yaml"),
                        ONE + "loading: on_demand\nwarm_up: {enabled: false}\n");
            }
            return models;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpResponse<String> ask(String model, String body) {
        return SERVER.post("/v1/models/" + model + ":predict", body);
    }

    private static boolean isLoading(String model) {
        return SERVER.server().statuses().get(model).versions().stream()
                .anyMatch(version -> version.state() == VersionState.LOADING);
    }

    private static Future<ModelInferResponse> call(String model, long timeoutMillis) {
        return SERVER.grpc()
                .infer(ModelInferRequest.newBuilder().setModelName(model).build(), Duration.ofMillis(timeoutMillis));
    }

    private static Status status(Future<ModelInferResponse> call) {
        try {
            call.get(60, TimeUnit.SECONDS);
            return Status.OK;
        } catch (ExecutionException e) {
            return ((StatusRuntimeException) e.getCause()).getStatus();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void answersAndErrorsGiveTheirPlaceBack() {
        for (int round = 0; round < 3; round++) {
            assertThat(ask("iris", ROW).statusCode()).isEqualTo(200);
            assertThat(ask("iris", "{no JSON").statusCode()).isEqualTo(400);
            assertThat(ask("iris", "{\"instances\": [[1]]}").statusCode()).isEqualTo(400);
            assertThat(ask("iris", "{\"instances\": [" + " ".repeat(1 << 17) + "}")
                            .statusCode())
                    .isEqualTo(400);
            assertThat(SERVER.post("/v1/models/iris/versions/9:predict", ROW).statusCode())
                    .isEqualTo(404);
            assertThat(SERVER.post("/v2/models/iris/infer", "{\"inputs\": []}").statusCode())
                    .isEqualTo(400);
            assertThat(status(call("iris", 60_000)).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
        assertThat(ask("iris", ROW).statusCode()).isEqualTo(200);
    }

    @Test
    void aRequestThatWaitsForItsVersionHasItsPlaceUntilItsEnd() throws Exception {
        CountDownLatch gate = GateBackend.shut();
        CompletableFuture<HttpResponse<String>> first =
                SERVER.sendLater(HttpRequest.newBuilder(SERVER.uri("/v2/models/slow/infer"))
                        .POST(BodyPublishers.ofString("{\"inputs\": []}")));
        Await.until(() -> isLoading("slow"), "the first request is let in");
        HttpResponse<String> second = SERVER.post("/v2/models/slow/infer", "{\"inputs\": []}");
        assertThat(second.statusCode()).as(second.body()).isEqualTo(429);
        assertThat(second.body()).contains(FULL);
        assertThat(second.headers().firstValue("Retry-After")).hasValue("1");
        Status overGrpc = status(call("slow", 60_000));
        assertThat(overGrpc.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(overGrpc.getDescription()).contains(FULL);
        gate.countDown();
        // The model of the gate answers nobody, in the worst way.
        assertThat(first.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(500);
        for (int i = 0; i < 3; i++) {
            assertThat(SERVER.post("/v2/models/slow/infer", "{\"inputs\": []}").statusCode())
                    .isEqualTo(500);
        }
    }

    @Test
    void whoGoesAndWhoseTimeIsOverGivesItsPlaceBack() {
        CountDownLatch gate = GateBackend.shut();
        try {
            Future<ModelInferResponse> held = call("gone", 60_000);
            Await.until(() -> isLoading("gone"), "it is let in");
            assertThat(status(call("gone", 60_000)).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            held.cancel(true);
            // Let in, and waiting, till its own time is over.
            for (int i = 0; i < 3; i++) {
                Await.until(
                        () -> status(call("gone", 200)).getCode() == Status.Code.DEADLINE_EXCEEDED,
                        "the next one is let in");
            }
        } finally {
            gate.countDown();
        }
        Await.until(
                () -> status(call("gone", 60_000)).getCode() == Status.Code.INTERNAL,
                "the last one gave back its place");
    }

    @Test
    void aSequencesRequestsGiveTheirPlacesBack() {
        String body = "{\"parameters\": {\"sequence_id\": 5%s}, \"inputs\": [{\"name\": \"X\", \"datatype\": \"FP32\","
                + " \"shape\": [1, 1], \"data\": [1]}]}";
        String path = "/v2/models/summing/infer";
        assertThat(SERVER.post(path, body.formatted("")).statusCode())
                .as("it has not begun")
                .isEqualTo(400);
        assertThat(SERVER.post(path, body.formatted(", \"sequence_start\": true"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(SERVER.post(path, body.formatted("")).statusCode()).isEqualTo(200);
        assertThat(SERVER.post(path, body.formatted("").replace("[1, 1]", "[1, 2]"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(SERVER.post(path, body.formatted(", \"sequence_end\": true")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void theTasksOfOneCallHaveOnePlaceTogether() {
        for (int i = 0; i < 5; i++) {
            assertThat(classify("digits", "tensors", "serving_default").getResultsCount())
                    .isEqualTo(2);
        }
    }

    /** Before the first of them runs. */
    @Test
    void theTasksOfOneCallCountItsRowsOnceForEachSignature() {
        assertThat(classify("counted", "tensors", "serving_default").getResultsCount())
                .isEqualTo(2);
        StatusRuntimeException refusal = catchThrowableOfType(
                StatusRuntimeException.class, () -> classify("counted", "tensors", "serving_default"));
        assertThat(refusal.getStatus().getDescription()).contains("model 'counted' takes 3 rows an hour");
        assertThat(classify("counted", "tensors").getResultsCount()).isEqualTo(1);
    }

    private static MultiInferenceResponse classify(String model, String... signatures) {
        return SERVER.grpc()
                .call(
                        "tensorflow.serving.PredictionService/MultiInference",
                        tasks(model, signatures),
                        MultiInferenceResponse.getDefaultInstance());
    }

    private static Message tasks(String model, String... signatures) {
        FloatList.Builder image = FloatList.newBuilder();
        for (int i = 0; i < 64; i++) {
            image.addValue(i);
        }
        Example example = Example.newBuilder()
                .setFeatures(Features.newBuilder()
                        .putFeature(
                                "image",
                                Feature.newBuilder().setFloatList(image).build()))
                .build();
        MultiInferenceRequest.Builder request = MultiInferenceRequest.newBuilder()
                .setInput(Input.newBuilder()
                        .setExampleList(ExampleList.newBuilder().addExamples(example)));
        for (String signature : signatures) {
            request.addTasks(InferenceTask.newBuilder()
                    .setModelSpec(ModelSpec.newBuilder().setName(model).setSignatureName(signature))
                    .setMethodName("tensorflow/serving/classify"));
        }
        return request.build();
    }

    @Test
    void manyAtOnceAreAnsweredOrRefusedAndNoPlaceIsLost() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            String body = i % 7 == 0 ? "{no JSON" : ROW;
            CompletableFuture<HttpResponse<String>> answer =
                    SERVER.sendLater(HttpRequest.newBuilder(SERVER.uri("/v1/models/busy:predict"))
                            .POST(BodyPublishers.ofString(body)));
            if (i % 5 == 0) {
                answer.cancel(true);
            } else {
                answers.add(answer);
            }
        }
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isIn(200, 400, 429);
        }
        Await.until(() -> ask("busy", ROW).statusCode() == 200, "the place is free");
        assertThat(ask("busy", ROW).statusCode()).isEqualTo(200);
    }
}
