package dev.slipway.benchmarks.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.backend.trees.TreesProvider;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our readers and evaluator answer as XGBoost's and LightGBM's own libraries do, to the bit. */
class NativeTreesTest {
    private static final int ROWS = 200;

    @TempDir
    Path folder;

    private static Path corpus(String model) {
        String told = System.getenv("SLIPWAY_CORPUS");
        Path folder = told == null ? Path.of("../../shared/corpus") : Path.of(told);
        assumeTrue(Files.isDirectory(folder), "no corpus at " + folder);
        return folder.resolve(model);
    }

    @Test
    void answersAsXgboostThatTrained() throws Exception {
        float[] labels = new float[2000];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % 3 == 0 ? 1 : 0;
        }
        Path model = folder.resolve("model.json");
        NativeXgboost library = NativeXgboost.trained(model, floats(labels.length, 7), labels);
        sameAsXgboost(library, model, true);
    }

    /** Models with early stopping are asked for all of their iterations, as the library answers by default. */
    @ParameterizedTest
    @CsvSource({
        "jpmml-binomial-classification-auditna/model.json, true",
        "jpmml-binomial-classification-auditna/model.ubj, true",
        "jpmml-multi-random-forest-auto/model.ubj, true",
        "kserve-iris-bst/model.bst, true",
        "kserve-ubj/model.ubj, true",
        "komiya-binary-logistic-v47/binary-logistic.model, true",
        "komiya-multi-softmax-v47/multi-softmax.model, true",
        "komiya-spark-iris/iris.model, true",
        "leaves-agaricus/xgagaricus.model, true",
        "mlserver-mushroom/model.json, true",
        "jpmml-hinge-classification-audit/model.json, false",
        "jpmml-linear-regression-auto/model.json, false",
        "jpmml-logistic-regression-audit/model.ubj, false",
        "jpmml-multi-linear-regression-auto/model.json, false",
        "jpmml-multinomial-classification-audit/model.json, false",
        "jpmml-multinomial-classification-iris/model.ubj, false",
        "komiya-gblinear-multi-softmax/multi-softmax.model, false",
        "leaves-agaricus-gblinear/xgblin_agaricus.model, false",
    })
    void answersAsXgboost(String name, boolean inPlace) throws Exception {
        Path model = corpus("xgboost/" + name);
        sameAsXgboost(NativeXgboost.load(model), model, inPlace);
    }

    /** @param inPlace not for dart, whose two ways differ in the library itself, nor for linear models, which lack it */
    private static void sameAsXgboost(NativeXgboost library, Path model, boolean inPlace) throws Exception {
        try (ServedTrees ours = new ServedTrees(new TreesProvider(), model, Map.of("iterations", "all"))) {
            float[] rows = floats(ROWS, ours.columns());
            ByteBuffer answer = ours.predict(ours.request(doubles(rows), ROWS));
            for (float[] row : library.predict(rows, ROWS, inPlace)) {
                for (float expected : row) {
                    assertThat(Float.floatToRawIntBits(answer.getFloat())).isEqualTo(Float.floatToRawIntBits(expected));
                }
            }
            assertThat(answer.hasRemaining()).isFalse();
        }
    }

    @Test
    void answersAsLightgbmForAModelOfOurs() throws Exception {
        sameAsLightgbm(Path.of("../backends/trees/src/test/resources/breast-cancer/model.txt"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jpmml-classification-audit/model.txt",
                "jpmml-linear-tree-regression-auto/model.txt",
                "jpmml-regression-auto/model.txt",
                "jpmml-rf-regression-auto/model.txt",
                "kserve-iris/model.bst",
                "leaves-gamma-claims/genlin_fmtp_gamma_AvgClaimAmount.model",
                "leaves-kddcup99/lg_kddcup99.model",
                "leaves-multiclass/lgmulticlass.model",
                "lleaves-airline/model.txt",
                "lleaves-mixed-categorical/model.txt",
                "lleaves-nyc-taxi/model.txt",
                "treelite-toy-categorical/model.txt",
            })
    void answersAsLightgbm(String name) throws Exception {
        sameAsLightgbm(corpus("lightgbm/" + name));
    }

    private static void sameAsLightgbm(Path model) throws Exception {
        try (ServedTrees ours = new ServedTrees(new TreesProvider(), model, Map.of())) {
            double[] rows = doubles(floats(ROWS, ours.columns()));
            ByteBuffer answer = ours.predict(ours.request(rows, ROWS));
            NativeLightgbm library = new NativeLightgbm(model, answer.remaining() / Double.BYTES / ROWS);
            NativeLightgbm.Prepared prepared = library.prepare(rows, ROWS);
            library.predict(prepared);
            for (double expected : library.answers(prepared)) {
                assertThat(Double.doubleToRawLongBits(answer.getDouble()))
                        .isEqualTo(Double.doubleToRawLongBits(expected));
            }
        }
    }

    /** Whole numbers, which may be categories, large and small ones, fractions on both sides of 0, and missing ones. */
    private static float[] floats(int rows, int columns) {
        Random random = new Random(columns);
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (random.nextInt(10)) {
                case 0 -> Float.NaN;
                case 1, 2, 3, 4 -> random.nextInt(12);
                case 5, 6 -> (float) random.nextGaussian() * 3;
                case 7 -> random.nextInt(5000);
                default -> random.nextFloat() * 8;
            };
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
