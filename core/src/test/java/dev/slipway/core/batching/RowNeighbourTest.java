package dev.slipway.core.batching;

import static dev.slipway.core.batching.TestTensors.floats;
import static dev.slipway.core.batching.TestTensors.named;
import static dev.slipway.core.batching.TestTensors.shorts;
import static dev.slipway.core.batching.TestTensors.texts;
import static dev.slipway.core.batching.TestTensors.whole;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowNeighbourTest {
    @Test
    void isARowOfAnEarlierRequestWhereThatDiffers() {
        Map<String, Tensor> row = named("x", floats(Shape.of(1, 2), 1, 2));
        Map<String, Tensor> seen = named("x", floats(Shape.of(1, 2), 5, 6));
        assertThat(RowNeighbour.of(row, seen)).isSameAs(seen);
    }

    @Test
    void isMadeWhereTheEarlierRowIsTheSameOrOfAnotherShape() {
        Map<String, Tensor> row = named("x", floats(Shape.of(1, 3), 1, 2, -6));
        float[] made = {-3, 1, 0.5f};
        assertThat(numbers(RowNeighbour.of(row, null))).containsExactly(made);
        assertThat(numbers(RowNeighbour.of(row, named("x", floats(Shape.of(1, 3), 1, 2, -6)))))
                .containsExactly(made);
        assertThat(numbers(RowNeighbour.of(row, named("x", floats(Shape.of(1, 2), 1, 2)))))
                .containsExactly(made);
    }

    private static float[] numbers(Map<String, Tensor> row) {
        float[] numbers = new float[(int) row.get("x").elementCount()];
        row.get("x").data().asFloatBuffer().get(numbers);
        return numbers;
    }

    @Test
    void isNotAllZeros() {
        assertThat(numbers(RowNeighbour.of(named("x", floats(Shape.of(1, 2), 0, 0)), null)))
                .containsExactly(1, 0);
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource({
        "INT64, 7, 3",
        "INT64, -7, -3",
        "INT64, 0, 1",
        "INT32, -1, 0",
        "INT16, 300, 150",
        "INT8, -128, -64",
        "UINT8, 255, 127",
        "UINT16, 65535, 32767",
        "UINT32, 4294967295, 2147483647",
        "UINT64, -1, 9223372036854775807",
        "BOOL, 1, 0",
        "BOOL, 0, 1"
    })
    void wholeNumbersAreHalved(DType dtype, long value, long expected) {
        Map<String, Tensor> made = RowNeighbour.of(named("x", whole(dtype, value)), null);
        assertThat(made).isNotNull();
        assertThat(made.get("x").data()).isEqualTo(whole(dtype, expected).data());
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource({
        "FP16, 0x3c00, 0x3800", // 1 and a half
        "FP16, 0xc400, 0xc000", // -4 and -2
        "FP16, 0x0000, 0x3c00",
        "BF16, 0x3f80, 0x3f00", // 1 and a half
        "BF16, 0x0000, 0x3f80"
    })
    void floatsOfSixteenBitsToo(DType dtype, String bits, String expected) {
        Map<String, Tensor> made = RowNeighbour.of(named("x", shorts(dtype, Integer.decode(bits))), null);
        assertThat(made).isNotNull();
        assertThat(made.get("x").data())
                .isEqualTo(shorts(dtype, Integer.decode(expected)).data());
    }

    @Test
    void thereIsNoneForTextThatIsAlwaysTheSame() {
        Map<String, Tensor> row = named("x", texts(Shape.of(1), "same"));
        assertThat(RowNeighbour.of(row, null)).isNull();
        assertThat(RowNeighbour.of(row, named("x", texts(Shape.of(1), "same")))).isNull();
        Map<String, Tensor> seen = named("x", texts(Shape.of(1), "other"));
        assertThat(RowNeighbour.of(row, seen)).isSameAs(seen);
    }

    @Test
    void aRowWithoutElementsHasNone() {
        assertThat(RowNeighbour.of(named("x", floats(Shape.of(1, 0))), null)).isNull();
    }
}
