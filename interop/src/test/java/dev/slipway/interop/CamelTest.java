package dev.slipway.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.SlipwayExtension;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Apache Camel's components for TensorFlow Serving and for KServe, with the stubs that they bring. */
class CamelTest {
    @RegisterExtension
    static final SlipwayExtension SLIPWAY = Models.served();

    private static Report report;

    @BeforeAll
    static void askAll(@TempDir Path folder) {
        report = Program.java(
                folder,
                CamelClient.class,
                List.of("127.0.0.1:" + SLIPWAY.server().grpcPort()));
    }

    @Test
    void asksForTheStatusOfAModel() {
        assertThat(report.answer("tf status"))
                .isEqualTo("model_version_status { version: 1 state: AVAILABLE status { } }");
        assertThat(report.answer("tf status of a version")).contains("version: 2", "state: AVAILABLE");
        assertThat(report.answer("tf status of nobody"))
                .startsWith("failed: io.grpc.StatusRuntimeException: NOT_FOUND")
                .contains("'nobody'");
    }

    @Test
    void asksForTheMetadataOfAModel() {
        assertThat(report.answer("tf metadata"))
                .contains("key: \"serving_default\"", "key: \"X\"", "key: \"Y\"", "dtype: DT_FLOAT")
                .contains("method_name: \"tensorflow/serving/predict\"");
    }

    @Test
    void predicts() {
        assertThat(report.answer("tf predict"))
                .contains("float_val: 2.0 float_val: 30.0 float_val: 4.0 float_val: 60.0")
                .contains("model_spec { name: \"times\" version { value: 1 } signature_name: \"serving_default\" }");
        assertThat(report.answer("tf predict of a version")).contains("float_val: 2.0 float_val: 30.0");
        assertThat(report.answer("tf predict with a wrong input"))
                .startsWith("failed: io.grpc.StatusRuntimeException: INVALID_ARGUMENT")
                .contains("'X'", "'Z'");
    }

    @Test
    void classifies() {
        assertThat(report.answer("tf classify"))
                .contains("classifications { classes { label: \"setosa\" score: 0.98")
                .contains("label: \"versicolor\"", "label: \"virginica\"")
                .contains("name: \"iris\"");
    }

    @Test
    void regresses() {
        assertThat(report.answer("tf regress"))
                .contains("regressions { value: ")
                .contains("name: \"breast-cancer\"");
    }

    @Test
    void asksHowAServerOfKServeIs() {
        assertThat(report.answer("kserve server live")).isEqualTo("live: true");
        assertThat(report.answer("kserve server ready")).isEqualTo("ready: true");
        assertThat(report.answer("kserve server metadata")).contains("name: \"slipway\"", "version: ");
        assertThat(report.answer("kserve model ready")).isEqualTo("ready: true");
        assertThat(report.answer("kserve model metadata"))
                .contains("name: \"times\" versions: \"1\"")
                .contains("inputs { name: \"X\" datatype: \"FP32\" shape: -1 shape: 2 }");
    }

    @Test
    void infers() {
        assertThat(report.answer("kserve infer typed"))
                .contains("model_name: \"times\" model_version: \"1\" id: \"a7\"")
                .contains("fp32_contents: 2.0 fp32_contents: 30.0");
        assertThat(report.answer("kserve infer raw")).isEqualTo("2.0 30.0 0");
        assertThat(report.answer("kserve infer with a wrong shape"))
                .startsWith("failed: io.grpc.StatusRuntimeException: INVALID_ARGUMENT")
                .contains("'X'");
    }

    @Test
    void isToldThatNobodyIsNotReady() {
        // Triton and KServe differ: one answers that it is not ready, the other that there is none.
        assertThat(report.answer("kserve model ready of nobody")).matches("(ready: false|)|failed: .*NOT_FOUND.*");
    }
}
