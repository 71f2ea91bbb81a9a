package dev.slipway.benchmarks.trees;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import dev.slipway.api.InferenceRequest;
import dev.slipway.backend.onnx.OnnxProvider;
import dev.slipway.backend.trees.TreesProvider;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/**
 * Our evaluator of trees beside the libraries that trained them, one thread each, in turns of the same JVM: microseconds
 * of the processor a row, medians of all turns. Not a test; to be started by hand, as docs/benchmarks.md says.
 */
public final class TreesRace {
    private static final int TURNS = 9;
    private static final long TURN_NANOS = 60_000_000;
    private static final int FEATURES = 30;
    private static final int[] ROWS = {1, 64, 1024};

    /** Between two looks at the clock, which takes its time. */
    private static final int CALLS = 20;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Of the columns of the breast cancer table. */
    private static final double[] MEANS = {
        14.1, 19.3, 92, 655, 0.096, 0.104, 0.089, 0.049, 0.181, 0.063, 0.405, 1.22, 2.87, 40.3, 0.007, 0.025, 0.032,
        0.012, 0.021, 0.004, 16.3, 25.7, 107, 881, 0.132, 0.254, 0.272, 0.115, 0.29, 0.084
    };

    private TreesRace() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("trees");
        System.out.println("library, rows, its us a row, ours, ratio (100 trees of depth 6, 30 features)");
        xgboost(folder);
        onnx(folder);
        System.out.println("library, rows, its us a row, ours, ratio (trained/lightgbm/breast-cancer)");
        lightgbm();
    }

    /** One call of many that differ: a processor learns the ways of rows that it sees again and again. */
    private interface Call {
        Object call(int question) throws Exception;
    }

    private static void xgboost(Path folder) throws Exception {
        float[] labels = new float[20_000];
        Random random = new Random(5);
        for (int i = 0; i < labels.length; i++) {
            labels[i] = random.nextInt(2);
        }
        Path file = folder.resolve("model.ubj");
        NativeXgboost library = NativeXgboost.trained(file, floats(labels.length, 0), labels);
        try (ServedTrees ours = new ServedTrees(new TreesProvider(), file, Map.of())) {
            for (int rows : ROWS) {
                float[][] questions = new float[questions(rows)][];
                InferenceRequest[] requests = new InferenceRequest[questions.length];
                for (int i = 0; i < questions.length; i++) {
                    questions[i] = floats(rows, i + 1);
                    requests[i] = ours.request(doubles(questions[i]), rows);
                }
                Call own = i -> ours.predict(requests[i]);
                race("XGBoost 3.0.4 in place", rows, i -> library.predict(questions[i], rows, true), own);
                race("XGBoost 3.0.4 DMatrix", rows, i -> library.predict(questions[i], rows, false), own);
            }
        }
    }

    private static void onnx(Path folder) throws Exception {
        Path file = Files.write(folder.resolve("model.onnx"), RandomTrees.model(100, 6, FEATURES));
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        try (OrtSession session = environment.createSession(file.toString(), options);
                ServedTrees ours = new ServedTrees(new OnnxProvider(), file, Map.of())) {
            for (int rows : ROWS) {
                OnnxTensor[] tensors = new OnnxTensor[questions(rows)];
                InferenceRequest[] requests = new InferenceRequest[tensors.length];
                for (int i = 0; i < tensors.length; i++) {
                    float[] question = floats(rows, i + 1);
                    tensors[i] = OnnxTensor.createTensor(environment, direct(question), new long[] {rows, FEATURES});
                    requests[i] = ours.request(doubles(question), rows);
                }
                Call theirs = i -> {
                    try (OrtSession.Result result = session.run(Map.of("x", tensors[i]))) {
                        return result.get(0).getInfo();
                    }
                };
                race("ONNX Runtime 1.28.0", rows, theirs, i -> ours.predict(requests[i]));
                for (OnnxTensor tensor : tensors) {
                    tensor.close();
                }
            }
        }
    }

    private static FloatBuffer direct(float[] values) {
        return ByteBuffer.allocateDirect(4 * values.length)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .put(values)
                .flip();
    }

    private static void lightgbm() throws Exception {
        Path folder = Path.of(System.getProperty("slipway.root", ""));
        Path file = folder.resolve("backends/trees/src/test/resources/breast-cancer/model.txt");
        NativeLightgbm library = new NativeLightgbm(file, 1);
        try (ServedTrees ours = new ServedTrees(new TreesProvider(), file, Map.of())) {
            for (int rows : ROWS) {
                NativeLightgbm.Prepared[] prepared = new NativeLightgbm.Prepared[questions(rows)];
                InferenceRequest[] requests = new InferenceRequest[prepared.length];
                for (int i = 0; i < prepared.length; i++) {
                    double[] question = patients(rows, i);
                    prepared[i] = library.prepare(question, rows);
                    requests[i] = ours.request(question, rows);
                }
                Call theirs = i -> {
                    library.predict(prepared[i]);
                    return prepared[i];
                };
                race("LightGBM 4.3.0", rows, theirs, i -> ours.predict(requests[i]));
            }
        }
    }

    /** Rows like those of the breast cancer table: each column spread about its mean. */
    private static double[] patients(int rows, int seed) {
        Random random = new Random(seed);
        double[] values = new double[rows * MEANS.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = MEANS[i % MEANS.length] * Math.exp(0.5 * random.nextGaussian());
        }
        return values;
    }

    private static int questions(int rows) {
        return Math.min(1024, Math.max(4, 8192 / rows));
    }

    private static void race(String library, int rows, Call theirs, Call ours) throws Exception {
        double[] first = new double[TURNS];
        double[] second = new double[TURNS];
        for (int turn = -3; turn < TURNS; turn++) {
            double one = micros(theirs, questions(rows)) / rows;
            double other = micros(ours, questions(rows)) / rows;
            if (turn >= 0) {
                first[turn] = one;
                second[turn] = other;
            }
        }
        Arrays.sort(first);
        Arrays.sort(second);
        double median = first[TURNS / 2];
        double own = second[TURNS / 2];
        System.out.printf("%s, %d, %.3f, %.3f, %.2f%n", library, rows, median, own, median / own);
    }

    /** Of the processor's time, so that others on the machine count less; all of a call is done on this thread. */
    private static double micros(Call call, int questions) throws Exception {
        long start = THREADS.getCurrentThreadCpuTime();
        long end = start;
        long calls = 0;
        while (end - start < TURN_NANOS) {
            for (int i = 0; i < CALLS; i++) {
                call.call((int) (calls++ % questions));
            }
            end = THREADS.getCurrentThreadCpuTime();
        }
        return (end - start) / 1e3 / calls;
    }

    private static float[] floats(int rows, int seed) {
        Random random = new Random(seed);
        float[] values = new float[rows * FEATURES];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static double[] doubles(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }
}
