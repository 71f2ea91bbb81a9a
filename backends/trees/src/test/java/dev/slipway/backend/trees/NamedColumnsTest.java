package dev.slipway.backend.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.DType;
import dev.slipway.api.LoadOptions;
import dev.slipway.api.Servable;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Of the model clicks: age below 0.5 or missing is 1; otherwise a nurse is 2, a clerk, a cook or nobody known is -1. */
class NamedColumnsTest {
    private static final Path MODEL = TestModels.resource("clicks/model.json");
    private static final double ONE = 0.7310586;
    private static final double TWO = 0.8807971;
    private static final double MINUS_ONE = 0.26894143;

    private static void answers(Map<String, Tensor> inputs, double... expected) {
        try (Servable servable = TestModels.loader(MODEL).load()) {
            double[] answer = TestModels.answer(servable, inputs);
            assertThat(answer).hasSameSizeAs(expected);
            for (int i = 0; i < answer.length; i++) {
                assertThat(answer[i]).isCloseTo(expected[i], Offset.offset(1e-6));
            }
        }
    }

    @Test
    void readsCategoriesAsText() {
        answers(
                Map.of(
                        "age", TestModels.column(DType.FP32, 41, 41, 41, 0.1),
                        "job", TestModels.texts(List.of("nurse", "clerk", "cook", "clerk"))),
                TWO,
                MINUS_ONE,
                MINUS_ONE,
                ONE);
    }

    @Test
    void whatIsLeftOutIsMissing() {
        answers(Map.of("job", TestModels.texts(List.of("clerk"))), ONE);
        answers(Map.of("age", TestModels.column(DType.FP32, 41)), MINUS_ONE);
        answers(
                Map.of(
                        "age", TestModels.column(DType.FP32, Double.NaN, 41),
                        "job", TestModels.texts(List.of("nurse", ""))),
                ONE,
                MINUS_ONE);
    }

    @Test
    void aMatrixTakesCodes() {
        Tensor matrix = TestModels.matrix(DType.FP32, new double[][] {{41, 1}, {41, 0}, {0, 1}});
        answers(Map.of("input", matrix), TWO, MINUS_ONE, ONE);
    }

    @Test
    void refusesACategoryThatTheModelDoesNotKnow() {
        assertThatThrownBy(() -> answers(
                        Map.of(
                                "age", TestModels.column(DType.FP32, 41),
                                "job", TestModels.texts(List.of("pilot"))),
                        0))
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining("'job', row 0")
                .hasMessageContaining("pilot")
                .hasMessageContaining("'nurse'");
    }

    @Test
    void refusesColumnsThatDoNotFitEachOther() {
        assertThatThrownBy(() -> answers(
                        Map.of(
                                "age", TestModels.column(DType.FP32, 41, 42),
                                "job", TestModels.texts(List.of("cook"))),
                        0))
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining("rows");
        assertThatThrownBy(() -> answers(
                        Map.of(
                                "age",
                                TestModels.column(DType.FP32, 41),
                                "input",
                                TestModels.matrix(DType.FP32, new double[][] {{1, 2}})),
                        0))
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining("alone");
    }

    @Test
    void countsAllIterationsWhereAskedTo() {
        LoadOptions all = new LoadOptions(false, null, Map.of("iterations", "all"));
        try (Servable servable = TestModels.loader(MODEL).with(all).load()) {
            Tensor matrix = TestModels.matrix(DType.FP32, new double[][] {{41, 1}});
            assertThat(TestModels.answer(servable, Map.of("input", matrix))[0]).isGreaterThan(0.9999);
        }
        LoadOptions wrong = new LoadOptions(false, null, Map.of("iterations", "some"));
        assertThatThrownBy(() -> TestModels.loader(MODEL).with(wrong).describe())
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining("best or all");
    }

    @Test
    void takesFloat32ForLightgbmWhereAskedTo() {
        LoadOptions narrow = new LoadOptions(false, null, Map.of("input_dtype", "FP32"));
        try (Servable servable = TestModels.loader(TestModels.resource("breast-cancer"))
                .with(narrow)
                .load()) {
            Tensor matrix = TestModels.matrix(DType.FP32, new double[2][30]);
            assertThat(TestModels.answer(servable, Map.of("input", matrix))).hasSize(2);
        }
    }
}
