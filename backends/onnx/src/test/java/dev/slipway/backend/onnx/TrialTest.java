package dev.slipway.backend.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrialTest {
    @ParameterizedTest(name = "runs of {0}, {1} and {2} us: {3}")
    @CsvSource({"1000, 1000, 1000, true", "9000, 5000, 1200, true", "90000, 999, 999, false", "9000, 9000, 3, false"})
    void judgesByTheCheapestRun(long first, long second, long third, boolean isCostly) {
        Network network = new Network(Shape.of(-1, 4), first, second, third);
        assertThat(Trial.isCostly(network, network::now)).isEqualTo(isCostly);
        assertThat(network.runs).isEqualTo(3);
    }

    @Test
    void doesNotTryWhatNeedsTooMuchMemory() {
        Network network = new Network(Shape.of(1 << 20, 1 << 20), 5000);
        assertThat(Trial.isCostly(network, network::now)).isFalse();
        assertThat(network.runs).isZero();
    }

    @Test
    void takesAModelThatRefusesZerosForCheap() {
        Network network = new Network(Shape.of(4), 5000, -1);
        assertThat(Trial.isCostly(network, network::now)).isFalse();
    }

    /** A servable that takes the time it is told on a clock of its own; a negative time is a refusal. */
    private static final class Network implements Servable {
        private final Shape shape;
        private final long[] runMicros;
        private long nanos;
        private int runs;

        Network(Shape shape, long... runMicros) {
            this.shape = shape;
            this.runMicros = runMicros;
        }

        long now() {
            return nanos;
        }

        @Override
        public ModelDescription description() {
            Signature signature = new Signature(
                    Signature.DEFAULT,
                    List.of(new TensorSpec("x", DType.FP32, shape), new TensorSpec("s", DType.STRING, Shape.of(-1))),
                    List.of(new TensorSpec("y", DType.FP32, Shape.ANY)));
            return new ModelDescription("test_onnx", Map.of(Signature.DEFAULT, signature), 1, Map.of());
        }

        @Override
        public InferenceResult run(InferenceRequest request) {
            description().signatures().get(Signature.DEFAULT).check(request.inputs(), request.outputs());
            long micros = runMicros[runs++];
            if (micros < 0) {
                throw new SlipwayException(ErrorCode.INVALID_ARGUMENT, "no zeros");
            }
            nanos += 1000 * micros;
            return new InferenceResult() {
                @Override
                public Map<String, Tensor> outputs() {
                    return Map.of();
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void close() {}
    }
}
