package dev.slipway.backend.onnx;

import dev.slipway.api.DType;
import dev.slipway.api.Deadline;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.Servable;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.api.VersionChoice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Asks the runtime and our own evaluator the same questions, whose values lie on, above and below the model's thresholds, far
 * from them, and nowhere. Whatever a version of the runtime, or a processor, does in another way shows here, and the runtime
 * is used as before.
 */
final class ForestTrial {
    private static final int[] ROWS = {1, 2, 33, 300};
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    /** Values of one question. */
    private static final int VALUES_MAX = 4 << 20;

    private ForestTrial() {}

    /** Whether both answer alike, to the bit. */
    static boolean isSame(Servable ours, Servable runtimes, ForestGraph graph) {
        Signature signature =
                ours.description().signatures().values().iterator().next();
        TensorSpec input = signature.inputs().get(0);
        long stated = input.shape().dim(1);
        int columns = stated < 0 ? Math.max(1, graph.columnsMin()) : (int) Math.min(stated, Integer.MAX_VALUE);
        if (columns < graph.columnsMin()) {
            return false;
        }
        Random random = new Random(columns);
        try {
            for (int some : ROWS) {
                int rows = input.shape().dim(0) < 0 ? some : (int) input.shape().dim(0);
                if ((long) rows * columns > VALUES_MAX) {
                    return rows > 1 && rows == some;
                }
                Tensor question = question(input.dtype(), rows, columns, graph.thresholds(), random);
                if (!isSame(ours, runtimes, Map.of(input.name(), question))) {
                    return false;
                }
            }
            return true;
        } catch (SlipwayException | OutOfMemoryError e) {
            return false;
        }
    }

    private static boolean isSame(Servable ours, Servable runtimes, Map<String, Tensor> inputs) {
        InferenceRequest request = new InferenceRequest(
                new Target("", VersionChoice.LATEST, Signature.DEFAULT),
                inputs,
                List.of(),
                Deadline.after(TIMEOUT, System.nanoTime()));
        try (InferenceResult one = ours.run(request);
                InferenceResult other = runtimes.run(request)) {
            return isEqual(one.outputs(), other.outputs());
        }
    }

    private static boolean isEqual(Map<String, Tensor> ours, Map<String, Tensor> runtimes) {
        return ours.keySet().equals(runtimes.keySet())
                && ours.entrySet().stream().allMatch(entry -> {
                    Tensor one = entry.getValue();
                    Tensor other = runtimes.getOrDefault(entry.getKey(), one);
                    return one.dtype() == other.dtype()
                            && one.shape().equals(other.shape())
                            && one.data().equals(other.data());
                });
    }

    private static Tensor question(
            DType dtype, int rows, int columns, Map<Integer, double[]> thresholds, Random random) {
        ByteBuffer data = ByteBuffer.allocate(rows * columns * dtype.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < rows * columns; i++) {
            double[] known = thresholds.getOrDefault(i % columns, new double[] {0});
            double threshold = known[random.nextInt(known.length)];
            if (dtype == DType.FP32) {
                data.putFloat(near((float) threshold, random));
            } else {
                data.putDouble(near(threshold, random));
            }
        }
        return new Tensor(dtype, Shape.of(rows, columns), data.flip());
    }

    private static float near(float threshold, Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> Float.NaN;
            case 1 -> Math.nextUp(threshold);
            case 2 -> Math.nextDown(threshold);
            case 3, 4 -> threshold;
            case 5 -> 0;
            case 6 -> (float) (threshold * random.nextGaussian());
            default -> (float) (threshold + random.nextGaussian());
        };
    }

    private static double near(double threshold, Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> Double.NaN;
            case 1 -> Math.nextUp(threshold);
            case 2 -> Math.nextDown(threshold);
            case 3, 4 -> threshold;
            case 5 -> 0;
            case 6 -> threshold * random.nextGaussian();
            default -> threshold + random.nextGaussian();
        };
    }
}
