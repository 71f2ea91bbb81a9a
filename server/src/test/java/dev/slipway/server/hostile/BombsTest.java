package dev.slipway.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import dev.slipway.protocol.proto.tensorflow.DataType;
import dev.slipway.protocol.proto.tensorflow.TensorProto;
import dev.slipway.protocol.proto.tensorflow.TensorShapeProto;
import dev.slipway.protocol.proto.tensorflow.serving.ModelSpec;
import dev.slipway.protocol.proto.tensorflow.serving.PredictRequest;
import dev.slipway.server.Await;
import dev.slipway.server.SlipwayExtension;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Small requests that would be large ones if they were believed, to a whole server with a model. */
@Tag("hostile")
@Timeout(300)
class BombsTest {
    private static final String TF = "/v1/models/iris:predict";
    private static final String V2 = "/v2/models/iris/infer";
    private static final long HUGE = 1L << 40;

    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(SlipwayExtension::examples);

    /** A request by HTTP. */
    private record Bomb(String path, byte[] body, Map<String, String> headers) {
        Bomb(String path, String body, Map<String, String> headers) {
            this(path, body.getBytes(StandardCharsets.UTF_8), headers);
        }

        @Override
        public String toString() {
            return "%s %s %s..."
                    .formatted(path, headers, new String(body, 0, Math.min(60, body.length), StandardCharsets.UTF_8));
        }
    }

    static Stream<Bomb> bombs() throws IOException {
        Stream<Bomb> json = Stream.of(
                        Map.entry(TF, "[".repeat(1_000_000)),
                        Map.entry(TF, "{\"a\":".repeat(1_000_000)),
                        Map.entry(TF, "{\"instances\": " + "[".repeat(5_000_000)),
                        Map.entry(TF, "{\"instances\": [" + "[1,2,3],".repeat(500_000) + "[1,2,3]]}"),
                        Map.entry(TF, "{\"instances\": [[" + "0,".repeat(3_000_000) + "0]]}"),
                        Map.entry(TF, "{\"instances\": [[1, 2, 3, 1e999999999]]}"),
                        Map.entry(TF, "{\"instances\": [[1, 2, 3, " + "9".repeat(1_000_000) + "]]}"),
                        Map.entry(TF, "{\"instances\": [{" + "\"X\": [1,2,3,4],".repeat(500_000) + "\"X\": []}]}"),
                        Map.entry(TF, "{\"" + "x".repeat(2_000_000) + "\": [1]}"),
                        Map.entry(V2, "[".repeat(1_000_000)),
                        Map.entry(V2, v2("[1099511627776, 4]", "[1]")),
                        Map.entry(V2, v2("[9223372036854775807, 9223372036854775807]", "[]")),
                        Map.entry(V2, v2("[4294967296, 4294967296, 4]", "[]")),
                        Map.entry(V2, v2("[-1, 4]", "[1]")),
                        Map.entry(V2, v2("[1000000000000000000000, 4]", "[1]")),
                        Map.entry(V2, v2("[" + "1,".repeat(1_000_000) + "4]", "[1,2,3,4]")),
                        Map.entry(V2, v2("[1, 4]", "[".repeat(100_000) + "1" + "]".repeat(100_000))),
                        Map.entry(V2, "{\"inputs\": [" + (input("[1, 4]", "[1,2,3,4]") + ",").repeat(200_000) + "{}]}"))
                .map(entry -> new Bomb(entry.getKey(), entry.getValue(), Map.of()));
        String binary = "{\"inputs\": [{\"name\": \"X\", \"datatype\": \"FP32\", \"shape\": [1, 4], \"parameters\":"
                + " {\"binary_data_size\": %s}}]}";
        Stream<Bomb> others = Stream.of(
                new Bomb(
                        V2,
                        binary.formatted(HUGE),
                        binaryLength(binary.formatted(HUGE).length())),
                new Bomb(
                        V2,
                        binary.formatted("-16"),
                        binaryLength(binary.formatted("-16").length())),
                new Bomb(V2, binary.formatted("16"), binaryLength(HUGE)),
                new Bomb(V2, binary.formatted("16"), binaryLength(-1)),
                new Bomb(TF, zipped(" ".repeat(100 << 20)), Map.of("Content-Encoding", "gzip")),
                new Bomb(V2, zipped("[".repeat(60 << 20)), Map.of("Content-Encoding", "gzip")),
                new Bomb(TF, zipped("{\"instances\": [[" + "0,".repeat(10 << 20)), Map.of("Content-Encoding", "gzip")));
        return Stream.concat(json, others);
    }

    private static Map<String, String> binaryLength(long bytes) {
        return Map.of("Inference-Header-Content-Length", Long.toString(bytes));
    }

    private static String input(String shape, String data) {
        return "{\"name\": \"X\", \"datatype\": \"FP32\", \"shape\": %s, \"data\": %s}".formatted(shape, data);
    }

    private static String v2(String shape, String data) {
        return "{\"inputs\": [%s]}".formatted(input(shape, data));
    }

    private static byte[] zipped(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @MethodSource("bombs")
    void requestsByHttpAreRefused(Bomb bomb) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(SERVER.uri(bomb.path())).POST(BodyPublishers.ofByteArray(bomb.body()));
        new TreeMap<>(bomb.headers()).forEach(request::header);
        HttpResponse<String> answer = SERVER.send(request);
        assertThat(answer.statusCode()).as(answer.body()).isIn(400, 413);
        assertThat(answer.body()).hasSizeLessThan(2000);
    }

    private static TensorShapeProto shape(long... sizes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        LongStream.of(sizes).forEach(size -> shape.addDimBuilder().setSize(size));
        return shape.build();
    }

    private static PredictRequest predict(TensorProto.Builder tensor) {
        return PredictRequest.newBuilder()
                .setModelSpec(ModelSpec.newBuilder().setName("iris"))
                .putInputs("X", tensor.setDtype(DataType.DT_FLOAT).build())
                .build();
    }

    private static ModelInferRequest infer(ByteString raw, long... sizes) {
        ModelInferRequest.InferInputTensor.Builder input =
                ModelInferRequest.InferInputTensor.newBuilder().setName("X").setDatatype("FP32");
        LongStream.of(sizes).forEach(input::addShape);
        ModelInferRequest.Builder request =
                ModelInferRequest.newBuilder().setModelName("iris").addInputs(input);
        return raw == null ? request.build() : request.addRawInputContents(raw).build();
    }

    static Stream<Message> messages() {
        return Stream.of(
                predict(TensorProto.newBuilder().setTensorShape(shape(HUGE, 4)).addFloatVal(1)),
                predict(TensorProto.newBuilder()
                        .setTensorShape(shape(1 << 28, 4))
                        .addFloatVal(1)),
                predict(TensorProto.newBuilder().setTensorShape(shape(1 << 28, 4))),
                predict(TensorProto.newBuilder()
                        .setTensorShape(shape(HUGE, HUGE, 4))
                        .addFloatVal(1)),
                predict(TensorProto.newBuilder().setTensorShape(shape(-1, 4)).addFloatVal(1)),
                predict(TensorProto.newBuilder()
                        .setTensorShape(shape(Long.MAX_VALUE, 4))
                        .setTensorContent(ByteString.EMPTY)),
                predict(TensorProto.newBuilder()
                        .setTensorShape(shape(
                                LongStream.generate(() -> 1).limit(100_000).toArray()))
                        .addFloatVal(1)),
                predict(TensorProto.newBuilder()
                        .setTensorShape(TensorShapeProto.newBuilder().setUnknownRank(true))),
                infer(null, HUGE, 4),
                infer(ByteString.EMPTY, HUGE, 4),
                infer(ByteString.EMPTY, 1 << 28, 4),
                infer(ByteString.copyFrom(new byte[16]), HUGE, HUGE, 4),
                infer(ByteString.copyFrom(new byte[16]), -1, 4),
                infer(
                        ByteString.copyFrom(new byte[16]),
                        LongStream.generate(() -> 1).limit(100_000).toArray()),
                ModelInferRequest.newBuilder()
                        .setModelName("x".repeat(5_000_000))
                        .build(),
                PredictRequest.newBuilder()
                        .setModelSpec(ModelSpec.newBuilder().setName("x".repeat(5_000_000)))
                        .build());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void messagesAreRefused(Message message) {
        String method = message instanceof PredictRequest
                ? "tensorflow.serving.PredictionService/Predict"
                : "inference.GRPCInferenceService/ModelInfer";
        Status status = Status.OK;
        try {
            SERVER.grpc().callRaw(method, message.toByteArray());
        } catch (StatusRuntimeException e) {
            status = e.getStatus();
        }
        assertThat(status.getCode())
                .as(String.valueOf(status))
                .isIn(Status.Code.INVALID_ARGUMENT, Status.Code.RESOURCE_EXHAUSTED, Status.Code.NOT_FOUND);
        assertThat(String.valueOf(status.getDescription())).hasSizeLessThan(2000);
    }

    @AfterEach
    void othersAreServedAndNoMemoryIsHeld() {
        assertThat(SERVER.post(TF, "{\"instances\": [[5.1, 3.5, 1.4, 0.2]]}").statusCode())
                .isEqualTo(200);
        Await.until(() -> SERVER.server().heldBytes() == 0, "no memory is held");
    }
}
