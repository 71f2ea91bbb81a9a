package dev.slipway.backend.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.sun.management.ThreadMXBean;
import dev.slipway.api.Backend;
import dev.slipway.api.DType;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.Servable;
import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a run of a tiny network costs through the backend, beside the runtime called in a loop with everything prepared:
 * nanoseconds and allocated bytes a run, medians of rounds that take turns. Not a test: {@code java -cp ... RunCost
 * path/of/mlp-4-16-3}, on one pinned core.
 */
final class RunCost {
    private static final int ROUNDS = 15;
    private static final int WARM_ROUNDS = 5;
    private static final int RUNS = 100_000;
    private static final int FEATURES = 4;
    private static final int CLASSES = 3;

    private RunCost() {}

    /** Runs the model once; the round's number of the run chooses the shape. */
    private interface Subject {
        void run(int number) throws OrtException;
    }

    public static void main(String[] args) throws Exception {
        Path model = Path.of(args[0]);
        try (Backend backend = TestModels.open();
                Servable servable = TestModels.loader(backend, model).load();
                OrtEnvironment environment = OrtEnvironment.getEnvironment();
                OrtSession.SessionOptions options = options();
                OrtSession session =
                        environment.createSession(model.resolve("model.onnx").toString(), options)) {
            for (int[] rows : new int[][] {{1}, {64}, {1, 7, 64, 3, 8, 2, 33, 5}}) {
                measure(rows, bare(environment, session, rows), served(servable, rows));
            }
        }
    }

    private static OrtSession.SessionOptions options() throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        return options;
    }

    private static Subject bare(OrtEnvironment environment, OrtSession session, int[] rows) throws OrtException {
        List<Prepared> prepared = new ArrayList<>();
        for (int size : rows) {
            prepared.add(new Prepared(
                    Map.of("x", tensor(environment, size, FEATURES)), Map.of("y", tensor(environment, size, CLASSES))));
        }
        return number -> {
            Prepared maps = prepared.get(number % prepared.size());
            session.run(maps.inputs(), maps.outputs()).close();
        };
    }

    /** Native tensors, by name. */
    private record Prepared(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {}

    private static OnnxTensor tensor(OrtEnvironment environment, int rows, int columns) throws OrtException {
        ByteBuffer memory = ByteBuffer.allocateDirect(4 * rows * columns).order(ByteOrder.nativeOrder());
        return OnnxTensor.createTensor(environment, memory.asFloatBuffer(), new long[] {rows, columns});
    }

    private static Subject served(Servable servable, int[] rows) {
        InferenceRequest[] requests = new InferenceRequest[rows.length];
        for (int i = 0; i < rows.length; i++) {
            Tensor input =
                    new Tensor(DType.FP32, Shape.of(rows[i], FEATURES), ByteBuffer.allocate(4 * rows[i] * FEATURES));
            requests[i] = TestModels.request(Map.of("x", input));
        }
        return number -> {
            try (InferenceResult result = servable.run(requests[number % requests.length])) {
                if (result.outputs().size() != 1) {
                    throw new IllegalStateException("outputs: " + result.outputs());
                }
            }
        };
    }

    private static void measure(int[] rows, Subject bare, Subject served) throws OrtException {
        double[] bareNanos = new double[ROUNDS];
        double[] servedNanos = new double[ROUNDS];
        double[] ratios = new double[ROUNDS];
        for (int round = -WARM_ROUNDS; round < ROUNDS; round++) {
            double one = nanosPerRun(bare);
            double other = nanosPerRun(served);
            if (round >= 0) {
                bareNanos[round] = one;
                servedNanos[round] = other;
                ratios[round] = other / one;
            }
        }
        System.out.printf(
                Locale.ROOT,
                "rows %s: bare %.0f ns, %d bytes; served %.0f ns, %d bytes; ratio %.3f%n",
                Arrays.toString(rows),
                median(bareNanos),
                bytesPerRun(bare),
                median(servedNanos),
                bytesPerRun(served),
                median(ratios));
    }

    private static double nanosPerRun(Subject subject) throws OrtException {
        long start = System.nanoTime();
        for (int i = 0; i < RUNS; i++) {
            subject.run(i);
        }
        return (System.nanoTime() - start) / (double) RUNS;
    }

    private static long bytesPerRun(Subject subject) throws OrtException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        nanosPerRun(subject);
        return (threads.getCurrentThreadAllocatedBytes() - before) / RUNS;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
