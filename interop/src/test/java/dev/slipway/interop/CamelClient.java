package dev.slipway.interop;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.TextFormat;
import inference.GrpcPredictV2.InferTensorContents;
import inference.GrpcPredictV2.ModelInferRequest;
import inference.GrpcPredictV2.ModelInferResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kserve.KServeConstants;
import org.apache.camel.component.tensorflow.serving.TensorFlowServingConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.tensorflow.example.Example;
import org.tensorflow.example.Feature;
import org.tensorflow.example.Features;
import org.tensorflow.example.FloatList;
import org.tensorflow.framework.DataType;
import org.tensorflow.framework.TensorProto;
import org.tensorflow.framework.TensorShapeProto;
import tensorflow.serving.Classification.ClassificationRequest;
import tensorflow.serving.GetModelMetadata.GetModelMetadataResponse;
import tensorflow.serving.GetModelMetadata.SignatureDefMap;
import tensorflow.serving.InputOuterClass.ExampleList;
import tensorflow.serving.InputOuterClass.Input;
import tensorflow.serving.Predict.PredictRequest;
import tensorflow.serving.RegressionOuterClass.RegressionRequest;

/** Routes of Apache Camel to all that its components for TensorFlow Serving and KServe can ask. */
final class CamelClient {
    private static final List<String> TENSORFLOW_SERVING =
            List.of("model-status", "model-metadata", "classify", "regress", "predict");
    private static final List<String> KSERVE =
            List.of("infer", "model/ready", "model/metadata", "server/ready", "server/live", "server/metadata");

    private final ProducerTemplate routes;

    private CamelClient(ProducerTemplate routes) {
        this.routes = routes;
    }

    /** @param arguments one: {@code host:port} */
    public static void main(String[] arguments) throws Exception {
        String target = arguments[0];
        try (CamelContext camel = new DefaultCamelContext()) {
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    for (String api : TENSORFLOW_SERVING) {
                        from("direct:tf/" + api).toF("tensorflow-serving:%s?target=%s&modelName=times", api, target);
                    }
                    for (String api : KSERVE) {
                        from("direct:kserve/" + api).toF("kserve:%s?target=%s&modelName=times", api, target);
                    }
                }
            });
            camel.start();
            CamelClient client = new CamelClient(camel.createProducerTemplate());
            client.tensorFlowServing();
            client.kserve();
        }
    }

    private void tensorFlowServing() {
        Report.print("tf status", () -> ask("tf/model-status", null, Map.of()));
        Report.print(
                "tf status of a version",
                () -> ask(
                        "tf/model-status",
                        null,
                        Map.of(
                                TensorFlowServingConstants.MODEL_NAME,
                                "digits",
                                TensorFlowServingConstants.MODEL_VERSION,
                                2L)));
        Report.print(
                "tf status of nobody",
                () -> ask("tf/model-status", null, Map.of(TensorFlowServingConstants.MODEL_NAME, "nobody")));
        Report.print("tf metadata", () -> {
            GetModelMetadataResponse answer =
                    routes.requestBody("direct:tf/model-metadata", null, GetModelMetadataResponse.class);
            return shown(answer.getMetadataOrThrow("signature_def").unpack(SignatureDefMap.class));
        });
        Report.print(
                "tf predict",
                () -> ask(
                        "tf/predict",
                        PredictRequest.newBuilder()
                                .putInputs("X", floats(1, 10, 2, 20))
                                .build(),
                        Map.of()));
        Report.print(
                "tf predict of a version",
                () -> ask(
                        "tf/predict",
                        PredictRequest.newBuilder()
                                .putInputs("X", floats(1, 10))
                                .build(),
                        Map.of(
                                TensorFlowServingConstants.MODEL_VERSION,
                                1L,
                                TensorFlowServingConstants.SIGNATURE_NAME,
                                "serving_default")));
        Report.print(
                "tf predict with a wrong input",
                () -> ask(
                        "tf/predict",
                        PredictRequest.newBuilder()
                                .putInputs("Z", floats(1, 10))
                                .build(),
                        Map.of()));
        Report.print(
                "tf classify",
                () -> ask(
                        "tf/classify",
                        ClassificationRequest.newBuilder()
                                .setInput(example("X", 5.1f, 3.5f, 1.4f, 0.2f))
                                .build(),
                        Map.of(TensorFlowServingConstants.MODEL_NAME, "iris")));
        Float[] features = new Float[30];
        Arrays.fill(features, 1f);
        Report.print(
                "tf regress",
                () -> ask(
                        "tf/regress",
                        RegressionRequest.newBuilder()
                                .setInput(example("features", features))
                                .build(),
                        Map.of(TensorFlowServingConstants.MODEL_NAME, "breast-cancer")));
    }

    private void kserve() {
        Report.print("kserve server live", () -> ask("kserve/server/live", null, Map.of()));
        Report.print("kserve server ready", () -> ask("kserve/server/ready", null, Map.of()));
        Report.print("kserve server metadata", () -> ask("kserve/server/metadata", null, Map.of()));
        Report.print("kserve model ready", () -> ask("kserve/model/ready", null, Map.of()));
        Report.print(
                "kserve model ready of nobody",
                () -> ask("kserve/model/ready", null, Map.of(KServeConstants.MODEL_NAME, "nobody")));
        Report.print(
                "kserve model metadata",
                () -> ask("kserve/model/metadata", null, Map.of(KServeConstants.MODEL_VERSION, "1")));
        Report.print(
                "kserve infer typed",
                () -> ask(
                        "kserve/infer",
                        ModelInferRequest.newBuilder()
                                .setId("a7")
                                .addInputs(input().setContents(InferTensorContents.newBuilder()
                                        .addFp32Contents(1)
                                        .addFp32Contents(10)))
                                .build(),
                        Map.of()));
        Report.print("kserve infer raw", () -> {
            ByteBuffer raw = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            raw.putFloat(1).putFloat(10).flip();
            ModelInferResponse answer = routes.requestBody(
                    "direct:kserve/infer",
                    ModelInferRequest.newBuilder()
                            .addInputs(input())
                            .addRawInputContents(ByteString.copyFrom(raw))
                            .build(),
                    ModelInferResponse.class);
            ByteBuffer bytes =
                    answer.getRawOutputContents(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            return "%s %s %s".formatted(bytes.getFloat(), bytes.getFloat(), bytes.remaining());
        });
        Report.print(
                "kserve infer with a wrong shape",
                () -> ask(
                        "kserve/infer",
                        ModelInferRequest.newBuilder()
                                .addInputs(input().setContents(
                                                InferTensorContents.newBuilder().addFp32Contents(1)))
                                .build(),
                        Map.of()));
    }

    private static ModelInferRequest.InferInputTensor.Builder input() {
        return ModelInferRequest.InferInputTensor.newBuilder()
                .setName("X")
                .setDatatype("FP32")
                .addShape(1)
                .addShape(2);
    }

    private static TensorProto floats(float... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setDtype(DataType.DT_FLOAT)
                .setTensorShape(TensorShapeProto.newBuilder()
                        .addDim(TensorShapeProto.Dim.newBuilder().setSize(values.length / 2))
                        .addDim(TensorShapeProto.Dim.newBuilder().setSize(2)));
        for (float value : values) {
            tensor.addFloatVal(value);
        }
        return tensor.build();
    }

    private static Input example(String name, Float... values) {
        Feature feature = Feature.newBuilder()
                .setFloatList(FloatList.newBuilder().addAllValue(List.of(values)))
                .build();
        return Input.newBuilder()
                .setExampleList(ExampleList.newBuilder()
                        .addExamples(Example.newBuilder()
                                .setFeatures(Features.newBuilder().putFeature(name, feature))))
                .build();
    }

    private String ask(String route, Object body, Map<String, Object> headers) {
        return shown((MessageOrBuilder) routes.requestBodyAndHeaders("direct:" + route, body, headers));
    }

    private static String shown(MessageOrBuilder message) {
        return TextFormat.printer().emittingSingleLine(true).printToString(message);
    }
}
