package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import dev.slipway.protocol.proto.inference.ModelInferResponse;
import dev.slipway.protocol.proto.tensorflow.DataType;
import dev.slipway.protocol.proto.tensorflow.TensorProto;
import dev.slipway.protocol.proto.tensorflow.TensorShapeProto;
import dev.slipway.protocol.proto.tensorflow.serving.ModelSpec;
import dev.slipway.protocol.proto.tensorflow.serving.PredictRequest;
import dev.slipway.protocol.proto.tensorflow.serving.PredictResponse;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks an {@link AddingBackend}'s model over one protocol; checks that the version that is named is the one that answered. */
enum TrafficClient {
    TFS_REST {
        @Override
        long ask(SlipwayExtension server, Call call) {
            String label = call.label().isEmpty() ? "" : "/labels/" + call.label();
            HttpResponse<String> answer = server.send(post(server, call, "/v1/models/" + MODEL + label + ":predict")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            "{\"instances\": [{\"x\": 1, \"user\": \"%s\"}]}".formatted(call.user()))));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            long version = Long.parseLong(
                    answer.headers().firstValue("slipway-model-version").orElseThrow());
            return checked(version, find("\"predictions\": ?\\[([0-9.]+)", answer.body()));
        }
    },
    V2_REST {
        @Override
        long ask(SlipwayExtension server, Call call) {
            String label = call.label().isEmpty() ? "" : "/versions/" + call.label();
            String body = "{\"inputs\": [{\"name\": \"x\", \"shape\": [1], \"datatype\": \"FP32\", \"data\": [1]},"
                    + " {\"name\": \"user\", \"shape\": [1], \"datatype\": \"BYTES\", \"data\": [\"%s\"]}]}"
                            .formatted(call.user());
            HttpResponse<String> answer = server.send(post(server, call, "/v2/models/" + MODEL + label + "/infer")
                    .POST(HttpRequest.BodyPublishers.ofString(body)));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            long version = Long.parseLong(find("\"model_version\": ?\"([0-9]+)\"", answer.body()));
            return checked(version, find("\"data\": ?\\[([0-9.]+)", answer.body()));
        }
    },
    TFS_GRPC {
        @Override
        long ask(SlipwayExtension server, Call call) {
            ModelSpec.Builder model = ModelSpec.newBuilder().setName(MODEL);
            if (!call.label().isEmpty()) {
                model.setVersionLabel(call.label());
            }
            TensorShapeProto one = TensorShapeProto.newBuilder()
                    .addDim(TensorShapeProto.Dim.newBuilder().setSize(1))
                    .build();
            PredictRequest request = PredictRequest.newBuilder()
                    .setModelSpec(model)
                    .putInputs(
                            "x",
                            TensorProto.newBuilder()
                                    .setDtype(DataType.DT_FLOAT)
                                    .setTensorShape(one)
                                    .addFloatVal(1)
                                    .build())
                    .putInputs(
                            "user",
                            TensorProto.newBuilder()
                                    .setDtype(DataType.DT_STRING)
                                    .setTensorShape(one)
                                    .addStringVal(ByteString.copyFromUtf8(call.user()))
                                    .build())
                    .build();
            PredictResponse answer = grpc(server, call)
                    .call(
                            "tensorflow.serving.PredictionService/Predict",
                            request,
                            PredictResponse.getDefaultInstance());
            long version = answer.getModelSpec().getVersion().getValue();
            return checked(version, "" + answer.getOutputsOrThrow("y").getFloatVal(0));
        }
    },
    V2_GRPC {
        @Override
        long ask(SlipwayExtension server, Call call) {
            byte[] user = call.user().getBytes(StandardCharsets.UTF_8);
            ByteBuffer raw = littleEndian(4 + user.length).putInt(user.length).put(user);
            ModelInferRequest request = ModelInferRequest.newBuilder()
                    .setModelName(MODEL)
                    .setModelVersion(call.label())
                    .addInputs(input("x", "FP32", 1))
                    .addInputs(input("user", "BYTES", 1))
                    .addRawInputContents(
                            ByteString.copyFrom(littleEndian(4).putFloat(1).flip()))
                    .addRawInputContents(ByteString.copyFrom(raw.flip()))
                    .build();
            ModelInferResponse answer =
                    grpc(server, call).call(INFER, request, ModelInferResponse.getDefaultInstance());
            float y = answer.getRawOutputContents(0)
                    .asReadOnlyByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getFloat();
            return checked(Long.parseLong(answer.getModelVersion()), "" + y);
        }
    };

    static final String MODEL = "fraud";
    static final String INFER = "inference.GRPCInferenceService/ModelInfer";

    /**
     * What is asked.
     *
     * @param label empty for none
     * @param user the input of that name
     * @param header of {@code X-User-Id}; empty for none
     */
    record Call(String label, String user, String header) {}

    /** The version that answered. */
    abstract long ask(SlipwayExtension server, Call call);

    private static HttpRequest.Builder post(SlipwayExtension server, Call call, String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path));
        return call.header().isEmpty() ? request : request.header("X-User-ID", call.header());
    }

    private static GrpcClient grpc(SlipwayExtension server, Call call) {
        return call.header().isEmpty() ? server.grpc() : server.grpc().with("x-user-id", call.header());
    }

    static ModelInferRequest.InferInputTensor input(String name, String datatype, long elements) {
        return ModelInferRequest.InferInputTensor.newBuilder()
                .setName(name)
                .setDatatype(datatype)
                .addShape(elements)
                .build();
    }

    static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String find(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }

    /** Version 7 adds 7 to 1. */
    private static long checked(long version, String y) {
        assertThat(Float.parseFloat(y)).isEqualTo(version + 1f);
        return version;
    }
}
