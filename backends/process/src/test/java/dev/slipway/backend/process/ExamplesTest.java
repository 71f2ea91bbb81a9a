package dev.slipway.backend.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.BackendSettings;
import dev.slipway.api.DType;
import dev.slipway.api.Servable;
import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples that people copy; skipped where what they need is not there. */
@Timeout(180)
class ExamplesTest {
    private static Path example(String name) {
        // Of the module, when there is no Maven to say.
        return Path.of(System.getProperty("slipway.root", "../..")).resolve("examples/workers/" + name + "/1");
    }

    @Test
    void theSmallestOneDoubles() {
        PythonWorkerTest.python("pass");
        try (ProcessBackend backend = new ProcessBackend(new BackendSettings(2));
                Servable model =
                        backend.recognise(example("double")).orElseThrow().load()) {
            ByteBuffer x = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            x.putFloat(1).putFloat(3).flip();
            Tensor y = PythonWorkerTest.run(model, Map.of("x", new Tensor(DType.FP32, Shape.of(1, 2), x)))
                    .get("y");
            assertThat(y.data().getFloat(4)).isEqualTo(6);
        }
    }

    @Test
    void scikitLearnKnowsItsFlowers() {
        // Its worker.yaml names Debian's Python.
        Assumptions.assumeTrue(
                PythonWorkerTest.python("import sklearn").equals("/usr/bin/python3"), "no python3-sklearn");
        try (ProcessBackend backend = new ProcessBackend(new BackendSettings(2));
                Servable model =
                        backend.recognise(example("sklearn")).orElseThrow().load()) {
            ByteBuffer features = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
            for (double value : new double[] {5.1, 3.5, 1.4, 0.2, 7.7, 3.0, 6.1, 2.3}) {
                features.putDouble(value);
            }
            Map<String, Tensor> answer = PythonWorkerTest.run(
                    model, Map.of("features", new Tensor(DType.FP64, Shape.of(2, 4), features.flip())));
            assertThat(answer.get("label").data())
                    .isEqualTo(PythonWorkerTest.texts("setosa", "virginica").data());
            assertThat(answer.get("probabilities").data().getDouble(0)).isBetween(0.9, 1.0);
        }
    }
}
