package dev.slipway.backend.trees;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.DType;
import dev.slipway.api.LoadOptions;
import dev.slipway.api.Servable;
import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Public models answer as their authors' own library did. */
class CorpusTest {
    private static final double TOLERANCE = 2e-6;

    @ParameterizedTest
    @CsvSource({
        "xgboost/jpmml-binomial-classification-auditna/model.json, 2",
        "xgboost/jpmml-binomial-classification-auditna/model.ubj, 2",
        "xgboost/jpmml-linear-regression-auto/model.json, 0",
        "xgboost/jpmml-linear-regression-auto/model.ubj, 0",
        "xgboost/jpmml-logistic-regression-audit/model.json, 0",
        "xgboost/jpmml-logistic-regression-audit/model.ubj, 0",
        "xgboost/jpmml-multi-linear-regression-auto/model.json, 0",
        "xgboost/jpmml-multi-linear-regression-auto/model.ubj, 0",
        "xgboost/jpmml-multi-random-forest-auto/model.json, 0",
        "xgboost/jpmml-multi-random-forest-auto/model.ubj, 0",
        "xgboost/jpmml-multinomial-classification-audit/model.json, 1",
        "xgboost/jpmml-multinomial-classification-audit/model.ubj, 1",
        "xgboost/jpmml-multinomial-classification-iris/model.json, 1",
        "xgboost/jpmml-multinomial-classification-iris/model.ubj, 1",
        "lightgbm/jpmml-classification-audit/model.txt, 2",
        "lightgbm/jpmml-classification-versicolor/model.txt, 2",
        "lightgbm/jpmml-linear-tree-regression-auto/model.txt, 0",
        "lightgbm/jpmml-regression-auto/model.txt, 0",
        "lightgbm/jpmml-rf-regression-auto/model.txt, 0",
    })
    void answersATable(String model, int skipped) throws Exception {
        Path io = TestModels.corpus().resolve(model).resolveSibling("io");
        double[][] features = Tables.numbers(io.resolve("features.csv"), false);
        check(model, features, Tables.flat(Tables.numbers(io.resolve("expected.csv"), true), skipped));
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.json", "model.ubj"})
    void answersZeroOrOneOfAHinge(String file) throws Exception {
        String model = "xgboost/jpmml-hinge-classification-audit/" + file;
        Path io = TestModels.corpus().resolve(model).resolveSibling("io");
        double[] expected = Arrays.stream(Tables.numbers(io.resolve("expected.csv"), true))
                .mapToDouble(row -> row[0])
                .toArray();
        check(model, Tables.numbers(io.resolve("features.csv"), false), expected);
    }

    @ParameterizedTest
    @CsvSource({
        "xgboost/komiya-binary-logistic-v47, binary-logistic.model, agaricus.txt.0.test, binary-logistic.predict, 126, 0",
        "xgboost/komiya-gblinear-multi-softmax, multi-softmax.model, agaricus.txt.0.test, multi-softmax.predict, 126, 0",
        "xgboost/komiya-multi-softmax-v47, multi-softmax.model, agaricus.txt.0.test, multi-softmax.predict, 126, 0",
        "xgboost/komiya-spark-iris, iris.model, iris.test, iris.predict, 4, 1",
        "xgboost/leaves-agaricus, xgagaricus.model, agaricus_test.libsvm, xgagaricus_true_predictions.txt, 127, 0",
        "xgboost/leaves-agaricus-gblinear, xgblin_agaricus.model, agaricus_test.libsvm,"
                + " xgblin_agaricus_true_predictions.txt, 127, 0",
    })
    void answersSparseRows(String folder, String model, String rows, String expected, int columns, int firstIndex)
            throws Exception {
        Path io = TestModels.corpus().resolve(folder).resolve("io");
        double[][] features = Tables.sparse(io.resolve(rows), columns, firstIndex);
        check(folder + "/" + model, features, Tables.flat(Tables.numbers(io.resolve(expected), false), 0));
    }

    @Test
    void answersRowsOfAMillionColumns() throws Exception {
        Path folder = TestModels.corpus().resolve("xgboost/komiya-sms-spam");
        List<String> lines = Files.readAllLines(folder.resolve("io/sms-spam.test"));
        double[][] expected = Tables.numbers(folder.resolve("io/sms-spam.predict"), false);
        try (Servable servable = TestModels.loader(folder).load()) {
            float[] row = new float[1_048_330];
            ByteBuffer data = ByteBuffer.allocate(4 * row.length).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < lines.size(); i++) {
                Arrays.fill(row, Float.NaN);
                String[] cells = lines.get(i).stripTrailing().split(" ");
                for (int cell = 1; cell < cells.length; cell++) {
                    int colon = cells[cell].indexOf(':');
                    row[Integer.parseInt(cells[cell].substring(0, colon))] =
                            Float.parseFloat(cells[cell].substring(colon + 1));
                }
                data.asFloatBuffer().put(row);
                Tensor matrix = new Tensor(DType.FP32, Shape.of(1, row.length), data);
                double[] answer = TestModels.answer(servable, Map.of("input", matrix));
                assertThat(answer[0]).as("row %d", i).isCloseTo(expected[i][0], within(expected[i][0]));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "leaves-gamma-claims/genlin_fmtp_gamma_AvgClaimAmount.model, genlin_fmtp_gamma_AvgClaimAmount_features.tsv,"
                + " genlin_fmtp_gamma_AvgClaimAmount_true_predictions.txt, 0",
        "leaves-multiclass/lgmulticlass.model, multiclass_test.tsv, lgmulticlass_true_predictions.txt, 1",
        "leaves-poisson-frequency/genlin_fmtp_poisson_Frequency.model,"
                + " genlin_fmtp_poisson_Frequency_features.tsv, genlin_fmtp_poisson_Frequency_true_predictions.txt, 0",
        "leaves-tweedie-purepremium/genlin_fmtp_tweedie_PurePremium.model,"
                + " genlin_fmtp_tweedie_PurePremium_features.tsv,"
                + " genlin_fmtp_tweedie_PurePremium_true_predictions.txt, 0",
    })
    void answersTabbedRows(String model, String rows, String expected, int skipped) throws Exception {
        Path io = TestModels.corpus().resolve("lightgbm").resolve(model).resolveSibling("io");
        double[][] features = Arrays.stream(Tables.numbers(io.resolve(rows), false))
                .map(row -> Arrays.copyOfRange(row, skipped, row.length))
                .toArray(double[][]::new);
        check("lightgbm/" + model, features, Tables.flat(Tables.numbers(io.resolve(expected), false), 0));
    }

    /** Its expected numbers are sums, of which the answer is the softmax. */
    @Test
    void answersTheProbabilitiesOfSums() throws Exception {
        String model = "lightgbm/leaves-kddcup99/lg_kddcup99.model";
        Path io = TestModels.corpus().resolve(model).resolveSibling("io");
        double[][] sums = Tables.numbers(io.resolve("lg_kddcup99_true_predictions.txt"), false);
        for (double[] row : sums) {
            double total = Arrays.stream(row).map(Math::exp).sum();
            Arrays.setAll(row, i -> Math.exp(row[i]) / total);
        }
        check(model, Tables.numbers(io.resolve("kddcup99_test.tsv"), false), Tables.flat(sums, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.json", "model.ubj"})
    void answersRowsWithCategoriesByName(String file) throws Exception {
        byName("xgboost/jpmml-linear-regression-auto-xgb34/" + file, "Auto.csv", 0);
    }

    @ParameterizedTest
    @CsvSource({
        "lightgbm/jpmml-regression-auto/model.txt, Auto.csv, 0",
        "lightgbm/jpmml-rf-regression-auto/model.txt, Auto.csv, 0",
        "lightgbm/jpmml-linear-tree-regression-auto/model.txt, Auto.csv, 0",
        "lightgbm/jpmml-classification-audit/model.txt, Audit.csv, 2",
    })
    void answersRowsWithCategoriesOfPandasByName(String model, String table, int skipped) throws Exception {
        byName(model, table, skipped);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xgboost/kserve-iris-bst",
                "xgboost/kserve-ubj",
                "xgboost/mlserver-mushroom",
                "lightgbm/kserve-iris",
                "lightgbm/lleaves-airline",
                "lightgbm/lleaves-mixed-categorical",
                "lightgbm/lleaves-nyc-taxi",
                "lightgbm/treelite-toy-categorical",
            })
    void answersModelsOfWhichNobodySaidWhatTheyAnswer(String model) throws Exception {
        try (Servable servable =
                TestModels.loader(TestModels.corpus().resolve(model)).load()) {
            Tensor zeros = zeros(servable);
            for (double number : TestModels.answer(servable, Map.of("input", zeros))) {
                assertThat(number).isFinite();
            }
        }
    }

    private static Tensor zeros(Servable servable) {
        var spec = servable.description()
                .signatures()
                .get("serving_default")
                .inputs()
                .get(0);
        return TestModels.matrix(spec.dtype(), new double[3][(int) spec.shape().dim(1)]);
    }

    private static void byName(String model, String table, int skipped) throws Exception {
        Path path = TestModels.corpus().resolve(model);
        List<String[]> rows = Tables.texts(path.resolveSibling("io").resolve(table));
        String[] names = rows.get(0);
        double[] expected =
                Tables.flat(Tables.numbers(path.resolveSibling("io").resolve("expected.csv"), true), skipped);
        try (Servable servable = TestModels.loader(path).with(LoadOptions.NONE).load()) {
            Map<String, Tensor> inputs = new HashMap<>();
            for (var spec :
                    servable.description().signatures().get("serving_default").inputs()) {
                int place = Arrays.asList(names).indexOf(spec.name());
                if (place < 0) {
                    continue;
                }
                List<String> cells =
                        rows.stream().skip(1).map(row -> row[place]).toList();
                inputs.put(
                        spec.name(),
                        spec.dtype() == DType.STRING
                                ? TestModels.texts(cells)
                                : TestModels.column(
                                        spec.dtype(),
                                        cells.stream()
                                                .mapToDouble(CorpusTest::number)
                                                .toArray()));
            }
            same(TestModels.answer(servable, inputs), expected);
        }
    }

    private static double number(String cell) {
        if (cell.equals("TRUE") || cell.equals("FALSE")) {
            return cell.equals("TRUE") ? 1 : 0;
        }
        return cell.isEmpty() || cell.equals("NA") || cell.equals("N/A") ? Double.NaN : Double.parseDouble(cell);
    }

    private static void check(String model, double[][] features, double[] expected) throws Exception {
        try (Servable servable =
                TestModels.loader(TestModels.corpus().resolve(model)).load()) {
            DType dtype = servable.description()
                    .signatures()
                    .get("serving_default")
                    .inputs()
                    .get(0)
                    .dtype();
            same(TestModels.answer(servable, Map.of("input", TestModels.matrix(dtype, features))), expected);
            double[] first =
                    TestModels.answer(servable, Map.of("input", TestModels.matrix(dtype, Arrays.copyOf(features, 1))));
            same(first, Arrays.copyOf(expected, first.length));
        }
    }

    private static void same(double[] answer, double[] expected) {
        assertThat(answer).hasSameSizeAs(expected);
        for (int i = 0; i < answer.length; i++) {
            assertThat(answer[i]).as("number %d", i).isCloseTo(expected[i], within(expected[i]));
        }
    }

    private static Offset<Double> within(double expected) {
        return Offset.offset(TOLERANCE * Math.max(1, Math.abs(expected)));
    }
}
