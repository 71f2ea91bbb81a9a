package dev.slipway.benchmarks.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BallastTest {
    @TempDir
    Path folder;

    @Test
    void isAModelThatTheRuntimeTakesAndAsLargeAsItSays() throws Exception {
        Ballast ballast = new Ballast(600);
        Path file = folder.resolve("made/model.onnx");
        ballast.writeTo(file);
        assertThat(Files.size(file)).isBetween(ballast.bytes(), ballast.bytes() + 1000);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(file.toString());
                OnnxTensor x = OnnxTensor.createTensor(environment, new float[1][600]);
                OrtSession.Result result = session.run(Map.of("x", x))) {
            assertThat((float[][]) result.get(0).getValue()).isDeepEqualTo(new float[1][600]);
        }
    }
}
