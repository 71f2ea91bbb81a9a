package dev.slipway.server.predictions;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.slipway.protocol.proto.inference.InferTensorContents;
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import dev.slipway.protocol.proto.inference.ModelInferResponse;
import dev.slipway.protocol.proto.inference.ModelStreamInferResponse;
import dev.slipway.protocol.proto.tensorflow.serving.ClassificationRequest;
import dev.slipway.protocol.proto.tensorflow.serving.ClassificationResponse;
import dev.slipway.protocol.proto.tensorflow.serving.ModelSpec;
import dev.slipway.server.GrpcClient;
import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.TestModels;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every prediction has an id that no other has, and its answer says it, over every protocol. */
@Timeout(120)
class PredictionIdTest {
    private static final String ID = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
    private static final Set<String> SEEN = new HashSet<>();

    @TempDir
    static Path folder;

    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(PredictionIdTest::models);

    private static Path models() {
        try {
            TestModels.write(folder.resolve("times/1"), TestModels.times(2, 3));
            TestModels.write(folder.resolve("echo/1"), TestModels.echo());
            for (String name : new String[] {"iris", "compass"}) {
                Path to = Files.createDirectories(folder.resolve(name + "/1"));
                Files.copy(SlipwayExtension.examples().resolve(name + "/1/model.onnx"), to.resolve("model.onnx"));
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertNew(String id) {
        assertThat(id).matches(ID);
        synchronized (SEEN) {
            assertThat(SEEN.add(id)).as(id).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/v1/models/times:predict | {\"inputs\": [1, 1]} | 200",
                "/v1/models/times:predict | {\"inputs\": [1, 1, 1]} | 400",
                "/v1/models/times:predict | no JSON | 400",
                "/v1/models/none:predict | {\"inputs\": [1, 1]} | 404",
                "/v1/models/iris:classify | {\"examples\": [{\"X\": [5.1, 3.5, 1.4, 0.2]}]} | 200",
                "/v2/models/times/infer | {\"inputs\":[{\"name\":\"X\",\"datatype\":\"FP32\",\"shape\":[2],\"data\":[1,1]}]} | 200",
                "/v2/models/times/versions/1/infer | {\"inputs\":[]} | 400",
                "/v2/models/compass/generate | {\"token_ids\": [22, 3, 41], \"scale\": 1.5} | 200",
                "/v2/models/compass/generate_stream | {\"token_ids\": [22, 3, 41], \"scale\": 1.5} | 200",
                "/predictions/echo | some words | 200",
                "/invocations/iris | {\"inputs\": [[5.1, 3.5, 1.4, 0.2]]} | 200",
            })
    void overHttp(String path, String body, int status) {
        HttpResponse<String> answer = SERVER.send(HttpRequest.newBuilder(SERVER.uri(path))
                .header("Content-Type", body.startsWith("{") ? "application/json" : "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertNew(answer.headers().firstValue("slipway-prediction-id").orElse("none"));
    }

    private static <T extends Message> void ask(String method, Message request, T empty, Status.Code code) {
        AtomicReference<Metadata> heads = new AtomicReference<>();
        GrpcClient client = SERVER.grpc().heard(heads);
        Metadata found;
        try {
            client.call(method, request, empty);
            assertThat(code).isEqualTo(Status.Code.OK);
            found = Objects.requireNonNull(heads.get());
        } catch (StatusRuntimeException e) {
            assertThat(e.getStatus().getCode()).isEqualTo(code);
            found = Objects.requireNonNull(e.getTrailers());
        }
        assertNew(
                String.valueOf(found.get(Metadata.Key.of("slipway-prediction-id", Metadata.ASCII_STRING_MARSHALLER))));
    }

    private static ModelInferRequest infer(String id, int elements) {
        return ModelInferRequest.newBuilder()
                .setModelName("times")
                .setId(id)
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("X")
                        .setDatatype("FP32")
                        .addShape(elements)
                        .setContents(InferTensorContents.newBuilder()
                                .addFp32Contents(1)
                                .addFp32Contents(1)))
                .build();
    }

    @Test
    void overGrpc() {
        ModelInferResponse none = ModelInferResponse.getDefaultInstance();
        ask("inference.GRPCInferenceService/ModelInfer", infer("", 2), none, Status.Code.OK);
        ask("inference.GRPCInferenceService/ModelInfer", infer("", 3), none, Status.Code.INVALID_ARGUMENT);
        ask(
                "tensorflow.serving.PredictionService/Classify",
                ClassificationRequest.newBuilder()
                        .setModelSpec(ModelSpec.newBuilder().setName("iris"))
                        .build(),
                ClassificationResponse.getDefaultInstance(),
                Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void eachAnswerOfAStreamHasItsOwnAsAParameter() throws Exception {
        BlockingQueue<ModelStreamInferResponse> answers = new LinkedBlockingQueue<>();
        CompletableFuture<Status> end = new CompletableFuture<>();
        ClientCall<ModelInferRequest, ModelStreamInferResponse> call =
                SERVER.grpc().inferStream();
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(ModelStreamInferResponse message) {
                        answers.add(message);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end.complete(status);
                    }
                },
                new Metadata());
        call.request(100);
        for (int elements : new int[] {2, 3, 2}) {
            call.sendMessage(infer("m" + elements, elements));
        }
        call.halfClose();
        assertThat(end.get(60, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.OK);
        assertThat(answers).hasSize(3);
        for (ModelStreamInferResponse answer : answers) {
            Map<String, ?> parameters = answer.getInferResponse().getParametersMap();
            assertThat(parameters).containsKey("slipway_prediction_id");
            assertNew(answer.getInferResponse()
                    .getParametersOrThrow("slipway_prediction_id")
                    .getStringParam());
            assertThat(answer.getErrorMessage().isEmpty())
                    .isEqualTo(answer.getInferResponse().getId().equals("m2"));
        }
    }
}
