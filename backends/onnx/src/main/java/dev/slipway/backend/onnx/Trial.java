package dev.slipway.backend.onnx;

import static dev.slipway.api.ErrorCode.RESOURCE_EXHAUSTED;

import dev.slipway.api.Deadline;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.Servable;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.api.VersionChoice;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Runs a model that was just loaded on zeros, one wherever any size may stand, to see what a run costs. */
final class Trial {
    /** A model whose runs take less gains nothing from a second thread, and wastes about half of it. */
    static final Duration COSTLY_MIN = Duration.ofMillis(1);

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int RUNS = 3;
    private static final long BYTES_MAX = 256L << 20;

    private Trial() {}

    /**
     * Whether each of a few runs took {@link #COSTLY_MIN} at least; not when the model refuses zeros, or memory runs
     * out.
     *
     * @param nanoTime the clock, on the time line of {@link System#nanoTime()}
     */
    static boolean isCostly(Servable servable, LongSupplier nanoTime) {
        Signature signature = servable.description().signatures().get(Signature.DEFAULT);
        if (signature == null) {
            return false;
        }
        try {
            Map<String, Tensor> inputs = new LinkedHashMap<>();
            for (TensorSpec spec : signature.inputs()) {
                inputs.put(spec.name(), zeros(spec));
            }
            long leastNanos = Long.MAX_VALUE;
            for (int run = 0; run < RUNS; run++) {
                leastNanos = Math.min(leastNanos, runNanos(servable, inputs, nanoTime));
            }
            return leastNanos >= COSTLY_MIN.toNanos();
        } catch (SlipwayException | OutOfMemoryError e) {
            return false;
        }
    }

    private static long runNanos(Servable servable, Map<String, Tensor> inputs, LongSupplier nanoTime) {
        long start = nanoTime.getAsLong();
        servable.run(new InferenceRequest(
                        new Target("", VersionChoice.LATEST, Signature.DEFAULT),
                        inputs,
                        List.of(),
                        Deadline.after(TIMEOUT, start)))
                .close();
        return nanoTime.getAsLong() - start;
    }

    private static Tensor zeros(TensorSpec spec) {
        long[] dims = spec.shape().dims();
        for (int axis = 0; axis < dims.length; axis++) {
            dims[axis] = dims[axis] < 0 ? 1 : dims[axis];
        }
        Shape shape = Shape.of(dims);
        // Four zero bytes are an empty string.
        int width = spec.dtype().isFixedSize() ? spec.dtype().byteSize() : Integer.BYTES;
        long bytes = Math.multiplyHigh(shape.elementCount(), width) == 0 ? shape.elementCount() * width : -1;
        if (bytes < 0 || bytes > BYTES_MAX) {
            throw new SlipwayException(
                    RESOURCE_EXHAUSTED,
                    "input '%s' is %s (expected: at most %d bytes)".formatted(spec.name(), shape, BYTES_MAX));
        }
        return new Tensor(spec.dtype(), shape, ByteBuffer.allocate((int) bytes));
    }
}
