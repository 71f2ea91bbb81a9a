package dev.slipway.core.sequence;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.core.sequence.SequenceSettings.Control;
import dev.slipway.core.sequence.SequenceSettings.ControlInput;
import dev.slipway.core.sequence.SequenceSettings.State;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/**
 * Sums what a sequence sends: {@code y = factor * (x + sum)}, all float32 [rows, 1]; {@code begun} tells the START that it was
 * given. Fails at a negative {@code x}. The memory of its outputs is overwritten once they are closed.
 */
final class SummingModel implements Loader {
    static final Duration IDLE_MAX = Duration.ofSeconds(10);
    private static final Shape SHAPE = Shape.of(-1, 1);
    private static final Signature SIGNATURE = new Signature(
            Signature.DEFAULT,
            List.of(
                    new TensorSpec("x", DType.FP32, SHAPE),
                    new TensorSpec("start", DType.INT32, SHAPE),
                    new TensorSpec("sum", DType.FP32, SHAPE)),
            List.of(
                    new TensorSpec("y", DType.FP32, SHAPE),
                    new TensorSpec("begun", DType.INT32, SHAPE),
                    new TensorSpec("sum_out", DType.FP32, SHAPE)));

    private final float factor;

    SummingModel(float factor) {
        this.factor = factor;
    }

    static SequenceSettings settings(int sequencesMax) {
        return new SequenceSettings(
                IDLE_MAX,
                sequencesMax,
                Map.of("start", new ControlInput(Control.START, 0, 7)),
                List.of(new State("sum", "sum_out")));
    }

    /** A version whose factor is its number. */
    static AspiredVersions.Version version(long number, int sequencesMax) {
        Loader loader = new SequencedLoader(new SummingModel(number), settings(sequencesMax), UnaryOperator.identity());
        return new AspiredVersions.Version(number, "files-of-" + number, loader);
    }

    static Tensor floats(float... values) {
        ByteBuffer data = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            data.putFloat(value);
        }
        return new Tensor(DType.FP32, Shape.of(values.length, 1), data.flip());
    }

    @Override
    public String format() {
        return "summing";
    }

    @Override
    public ModelDescription describe() {
        return new ModelDescription("summing", Map.of(SIGNATURE.name(), SIGNATURE), 10, Map.of());
    }

    @Override
    public Servable load() {
        return new Loaded();
    }

    private final class Loaded implements Servable {
        private final AtomicBoolean isClosed = new AtomicBoolean();

        @Override
        public ModelDescription description() {
            return describe();
        }

        @Override
        public InferenceResult run(InferenceRequest request) {
            if (isClosed.get()) {
                throw new IllegalStateException("run after it was closed");
            }
            Tensor x = request.inputs().get("x");
            Tensor start = request.inputs().get("start");
            ByteBuffer xs = x.data();
            ByteBuffer sums = request.inputs().get("sum").data();
            ByteBuffer y = ByteBuffer.allocate(x.byteCount()).order(ByteOrder.LITTLE_ENDIAN);
            ByteBuffer next = ByteBuffer.allocate(x.byteCount()).order(ByteOrder.LITTLE_ENDIAN);
            while (xs.hasRemaining()) {
                float value = xs.getFloat();
                if (value < 0) {
                    throw new SlipwayException(ErrorCode.INTERNAL, "told to fail");
                }
                float sum = sums.getFloat() + value;
                y.putFloat(factor * sum);
                next.putFloat(sum);
            }
            Map<String, Tensor> outputs = Map.of(
                    "y",
                    new Tensor(DType.FP32, x.shape(), y.flip()),
                    "begun",
                    start,
                    "sum_out",
                    new Tensor(DType.FP32, x.shape(), next.flip()));
            return new InferenceResult() {
                @Override
                public Map<String, Tensor> outputs() {
                    return outputs;
                }

                @Override
                public void close() {
                    for (int at = 0; at < next.limit(); at += Float.BYTES) {
                        next.putFloat(at, Float.NaN);
                    }
                }
            };
        }

        @Override
        public void close() {
            isClosed.set(true);
        }
    }
}
