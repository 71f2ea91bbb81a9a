package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import dev.slipway.protocol.proto.inference.ModelInferResponse;
import dev.slipway.protocol.proto.tensorflow.DataType;
import dev.slipway.protocol.proto.tensorflow.TensorProto;
import dev.slipway.protocol.proto.tensorflow.TensorShapeProto;
import dev.slipway.protocol.proto.tensorflow.serving.ModelSpec;
import dev.slipway.protocol.proto.tensorflow.serving.PredictRequest;
import dev.slipway.protocol.proto.tensorflow.serving.PredictResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of bad input gets the right status, and a message that names what was found and what was expected. */
@Tag("hostile")
class BadRequestTest {
    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(SlipwayExtension::examples);

    private static final String IRIS = "/v1/models/iris:predict";
    private static final String IRIS_V2 = "/v2/models/iris/infer";
    private static final String COMPASS = "/v1/models/compass:predict";

    static Stream<Arguments> bodies() {
        return Stream.of(
                Arguments.of(IRIS, "", 400, "byte 0"),
                Arguments.of(IRIS, "{\"instances\": [[1, 2", 400, "byte 20"),
                Arguments.of(IRIS, "{\"instances\": [[1, 2, 3, 4]]} x", 400, "byte 30"),
                Arguments.of(IRIS, "{\"instances\": [[1, 2, 3, 4]], }", 400, "byte 30"),
                Arguments.of(IRIS, "[]", 400, "expected"),
                Arguments.of(IRIS, "{}", 400, "'instances'"),
                Arguments.of(IRIS, "{\"instances\": []}", 400, "instances"),
                Arguments.of(IRIS, "{\"instances\": [[1,2,3,4]], \"inputs\": [[1,2,3,4]]}", 400, "inputs"),
                Arguments.of(IRIS, "{\"instances\": " + "[".repeat(2000) + "]".repeat(2000) + "}", 400, "deep"),
                Arguments.of(IRIS, "{\"instances\": [[\"a\", 2, 3, 4]]}", 400, "'X'"),
                Arguments.of(IRIS, "{\"instances\": [[1, 2, 3]]}", 400, "shape [1, 3] (expected: [any, 4])"),
                Arguments.of(IRIS, "{\"instances\": [1, 2, 3, 4]}", 400, "(expected: [any, 4])"),
                Arguments.of(IRIS, "{\"instances\": [[[1, 2, 3, 4]]]}", 400, "'X'"),
                Arguments.of(IRIS, "{\"instances\": [[1, 2, 3, 4], [1, 2, 3]]}", 400, "'X'"),
                Arguments.of(IRIS, "{\"instances\": [{\"Y\": [1, 2, 3, 4]}]}", 400, "'Y'"),
                Arguments.of(IRIS, "{\"signature_name\": \"no\", \"instances\": [[1,2,3,4]]}", 400, "serving_default"),
                Arguments.of(COMPASS, "{\"instances\": [[1, 2]]}", 400, "'token_ids', 'scale'"),
                Arguments.of(COMPASS, "{\"inputs\": {\"token_ids\": [[1]]}}", 400, "missing input 'scale'"),
                Arguments.of(COMPASS, "{\"inputs\": {\"token_ids\": [[1]], \"scale\": [[1]], \"x\": 1}}", 400, "'x'"),
                Arguments.of(COMPASS, "{\"inputs\": {\"token_ids\": [[1.5]], \"scale\": [[1]]}}", 400, "1.5"),
                Arguments.of(
                        COMPASS,
                        "{\"inputs\": {\"token_ids\": [[9223372036854775808]], \"scale\": [[1]]}}",
                        400,
                        "9223372036854775808"),
                Arguments.of("/v1/models/nope:predict", "{}", 404, "known: breast-cancer, compass, digits, iris"),
                Arguments.of("/v1/models/iris/versions/9:predict", "{}", 404, "no version 9 (available: 1)"),
                Arguments.of("/v1/models/iris/versions/x:predict", "{}", 400, "version 'x'"),
                Arguments.of("/v1/models/iris/labels/stable:predict", "{}", 404, "no label 'stable' (labels: none)"),
                Arguments.of("/v1/models/iris:explain", "{}", 501, ":explain"),
                Arguments.of("/v1/modles", "{}", 404, "/v1/models"),
                Arguments.of("/v1/models/iris", "{}", 405, "GET"),
                Arguments.of(IRIS_V2, "{\"inputs\": []}", 400, "'X'"),
                Arguments.of(IRIS_V2, v2("X", "FP32", "[1, 4]", "[1, 2, 3]"), 400, "of shape [3]"),
                Arguments.of(IRIS_V2, v2("X", "FP32", "[1, 3]", "[1, 2, 3]"), 400, "(expected: [any, 4])"),
                Arguments.of(IRIS_V2, v2("X", "INT32", "[1, 4]", "[1, 2, 3, 4]"), 400, "INT32"),
                Arguments.of(IRIS_V2, v2("X", "FP31", "[1, 4]", "[1, 2, 3, 4]"), 400, "FP31"),
                Arguments.of(IRIS_V2, v2("Z", "FP32", "[1, 4]", "[1, 2, 3, 4]"), 400, "'Z'"),
                Arguments.of(IRIS_V2, v2("X", "FP32", "[1099511627776, 4]", "[1]"), 400, "'X'"),
                Arguments.of("/v2/models/nope/infer", "{}", 404, "'nope' is unknown"),
                Arguments.of("/v2/models/iris/versions/9/infer", "{}", 404, "no version 9"));
    }

    private static String v2(String name, String datatype, String shape, String data) {
        return "{\"inputs\": [{\"name\": \"%s\", \"datatype\": \"%s\", \"shape\": %s, \"data\": %s}]}"
                .formatted(name, datatype, shape, data);
    }

    @ParameterizedTest(name = "POST {0} {1}: {2}, {3}")
    @MethodSource("bodies")
    void refusesWithAReason(String path, String body, int status, String part) {
        HttpResponse<String> answer = SERVER.post(path, body);
        assertThat(answer.body()).startsWith("{\"error\":").contains(part.replace("\"", "\\\""));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    }

    @Test
    void refusesAContentTypeThatIsNoJson() {
        HttpResponse<String> answer = SERVER.send(HttpRequest.newBuilder(SERVER.uri(IRIS))
                .header("Content-Type", "image/png")
                .POST(HttpRequest.BodyPublishers.ofString("{\"instances\": [[1, 2, 3, 4]]}")));
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).contains("content type 'image/png' (expected: application/json)");
    }

    @Test
    void refusesABodyThatIsTooBigBeforeItIsSent() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", SERVER.server().restPort())) {
            socket.setSoTimeout(60_000);
            String head =
                    "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n".formatted(IRIS, (64 << 20) + 1);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer)
                    .startsWith("HTTP/1.1 413 ")
                    .contains("{\"error\":")
                    .contains("67108864");
        }
    }

    private static void assertGrpc(Status.Code code, String part, Consumer<GrpcClient> call) {
        assertThatThrownBy(() -> call.accept(SERVER.grpc())).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).as(e.toString()).isEqualTo(code);
            assertThat(e.getStatus().getDescription()).contains(part);
        });
    }

    private static void predict(GrpcClient client, PredictRequest.Builder request) {
        client.call(
                "tensorflow.serving.PredictionService/Predict", request.build(), PredictResponse.getDefaultInstance());
    }

    private static PredictRequest.Builder irisRequest() {
        TensorProto x = TensorProto.newBuilder()
                .setDtype(DataType.DT_FLOAT)
                .setTensorShape(TensorShapeProto.newBuilder()
                        .addDim(TensorShapeProto.Dim.newBuilder().setSize(1))
                        .addDim(TensorShapeProto.Dim.newBuilder().setSize(4)))
                .addFloatVal(1)
                .build();
        return PredictRequest.newBuilder()
                .setModelSpec(ModelSpec.newBuilder().setName("iris"))
                .putInputs("X", x);
    }

    @Test
    void grpcErrorsCarryTheSameTexts() {
        byte[] garbage = new byte[200];
        new java.util.Random(1).nextBytes(garbage);
        assertGrpc(
                Status.Code.INVALID_ARGUMENT,
                "PredictRequest",
                client -> client.callRaw("tensorflow.serving.PredictionService/Predict", garbage));
        assertGrpc(
                Status.Code.INVALID_ARGUMENT,
                "ModelInferRequest",
                client -> client.callRaw("inference.GRPCInferenceService/ModelInfer", garbage));
        assertGrpc(
                Status.Code.NOT_FOUND,
                "model 'nope' is unknown",
                client -> predict(
                        client,
                        irisRequest().setModelSpec(ModelSpec.newBuilder().setName("nope"))));
        assertGrpc(
                Status.Code.FAILED_PRECONDITION,
                "no signature 'no' (available: serving_default)",
                client -> predict(
                        client,
                        irisRequest()
                                .setModelSpec(
                                        ModelSpec.newBuilder().setName("iris").setSignatureName("no"))));
        assertGrpc(
                Status.Code.INVALID_ARGUMENT,
                "missing input 'X'; unknown input 'Y'",
                client -> predict(
                        client,
                        irisRequest()
                                .removeInputs("X")
                                .putInputs("Y", irisRequest().getInputsOrThrow("X"))));
        assertGrpc(
                Status.Code.INVALID_ARGUMENT,
                "unknown output 'no'",
                client -> predict(client, irisRequest().addOutputFilter("no")));
        assertGrpc(
                Status.Code.INVALID_ARGUMENT,
                "ClassificationRequest has an empty model_spec.name",
                client -> client.callRaw("tensorflow.serving.PredictionService/Classify", new byte[0]));
        assertGrpc(
                Status.Code.UNIMPLEMENTED,
                "Nonsense",
                client -> client.callRaw("tensorflow.serving.PredictionService/Nonsense", new byte[0]));
    }

    private static ModelInferRequest.Builder inferIris() {
        return ModelInferRequest.newBuilder()
                .setModelName("iris")
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("X")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(4));
    }

    private static void infer(GrpcClient client, ModelInferRequest.Builder request) {
        client.call(
                "inference.GRPCInferenceService/ModelInfer", request.build(), ModelInferResponse.getDefaultInstance());
    }

    @Test
    void rawContentsMustFit() {
        assertGrpc(
                Status.Code.INVALID_ARGUMENT,
                "raw_input_contents",
                client -> infer(
                        client,
                        inferIris()
                                .addRawInputContents(ByteString.copyFrom(new byte[16]))
                                .addRawInputContents(ByteString.copyFrom(new byte[16]))));
        assertGrpc(
                Status.Code.INVALID_ARGUMENT,
                "15",
                client -> infer(client, inferIris().addRawInputContents(ByteString.copyFrom(new byte[15]))));
    }
}
