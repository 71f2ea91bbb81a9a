package dev.slipway.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.SlipwayExtension;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A client that knows no message of ours, as grpcurl and graphical clients are: it asks the server for all of them. */
class ReflectionTest {
    @RegisterExtension
    static final SlipwayExtension SLIPWAY = Models.served();

    private static Report report;

    @BeforeAll
    static void askAll(@TempDir Path folder) {
        report = Program.java(
                folder,
                ReflectionClient.class,
                List.of(
                        "127.0.0.1:" + SLIPWAY.server().grpcPort(),
                        "grpc.health.v1.Health/Check",
                        "{}",
                        "grpc.health.v1.Health/Watch",
                        "{\"service\": \"times\"}",
                        "inference.GRPCInferenceService/ServerMetadata",
                        "{}",
                        "inference.GRPCInferenceService/ModelInfer",
                        "{\"modelName\": \"times\", \"id\": \"a7\", \"inputs\": [{\"name\": \"X\", \"datatype\": \"FP32\","
                                + " \"shape\": [1, 2], \"contents\": {\"fp32Contents\": [1, 10]}}]}",
                        "tensorflow.serving.PredictionService/Predict",
                        "{\"modelSpec\": {\"name\": \"times\", \"version\": \"1\"}, \"inputs\": {\"X\": {\"dtype\":"
                                + " \"DT_FLOAT\", \"tensorShape\": {\"dim\": [{\"size\": 1}, {\"size\": 2}]},"
                                + " \"floatVal\": [1, 10]}}}",
                        "tensorflow.serving.PredictionService/GetModelMetadata",
                        "{\"modelSpec\": {\"name\": \"times\"}, \"metadataField\": [\"signature_def\"]}",
                        "tensorflow.serving.ModelService/GetModelStatus",
                        "{\"modelSpec\": {\"name\": \"digits\"}}"));
    }

    @Test
    void listsTheServices() {
        assertThat(report.answer("list").split(" "))
                .contains(
                        "grpc.health.v1.Health",
                        "grpc.reflection.v1.ServerReflection",
                        "grpc.reflection.v1alpha.ServerReflection",
                        "inference.GRPCInferenceService",
                        "tensorflow.serving.ModelService",
                        "tensorflow.serving.PredictionService");
    }

    @Test
    void describesEachWithAllThatItsMessagesAreMadeOf() {
        for (String service : report.answer("list").split(" ")) {
            assertThat(report.answer("describe " + service))
                    .as(service)
                    .doesNotStartWith("failed")
                    .isNotEmpty();
        }
        assertThat(report.answer("describe tensorflow.serving.PredictionService"))
                .contains("Predict(tensorflow.serving.PredictRequest) tensorflow.serving.PredictResponse");
        assertThat(report.answer("describe grpc.health.v1.Health"))
                .contains("Watch(grpc.health.v1.HealthCheckRequest) stream grpc.health.v1.HealthCheckResponse");
    }

    @Test
    void callsWhatItWasTold() {
        assertThat(report.answer("call grpc.health.v1.Health/Check")).isEqualTo("{\"status\":\"SERVING\"}");
        assertThat(report.answer("call grpc.health.v1.Health/Watch")).isEqualTo("{\"status\":\"SERVING\"}");
        assertThat(report.answer("call inference.GRPCInferenceService/ServerMetadata"))
                .contains("\"name\":\"slipway\"");
        assertThat(report.answer("call inference.GRPCInferenceService/ModelInfer"))
                .contains("\"id\":\"a7\"", "\"fp32Contents\":[2.0,30.0]");
        assertThat(report.answer("call tensorflow.serving.PredictionService/Predict"))
                .contains("\"floatVal\":[2.0,30.0]", "\"signatureName\":\"serving_default\"");
        assertThat(report.answer("call tensorflow.serving.PredictionService/GetModelMetadata"))
                .contains("\"@type\":\"type.googleapis.com/tensorflow.serving.SignatureDefMap\"")
                .contains("\"serving_default\":{\"inputs\":{\"X\":");
        assertThat(report.answer("call tensorflow.serving.ModelService/GetModelStatus"))
                .contains("\"version\":\"2\"", "\"state\":\"AVAILABLE\"");
    }
}
