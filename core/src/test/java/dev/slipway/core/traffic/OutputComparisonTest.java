package dev.slipway.core.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputComparisonTest {
    private static OutputComparison compare(Tensor one, Tensor other, double tolerance) {
        return OutputComparison.of(Map.of("y", one), Map.of("y", other), tolerance);
    }

    @ParameterizedTest(name = "{0} and {1} within {2}: {3}, {4} apart")
    @CsvSource({
        "1, 1, 0, true, 0",
        "1, 1.5, 0, false, 0.5",
        "1, 1.5, 0.5, true, 0.5",
        "100, 150, 0.5, true, 50",
        "100, 150.5, 0.5, false, 50.5",
        "0.25, 0.5, 0.25, true, 0.25",
        "0, -0.0, 0, true, 0",
        "NaN, NaN, 0, true, 0",
        "NaN, 1, 1000, false, Infinity",
        "1, NaN, 1000, false, Infinity",
        "Infinity, Infinity, 0, true, 0",
        "Infinity, -Infinity, 10, false, Infinity",
        "Infinity, 5, 10, false, Infinity",
    })
    void comparesNumbers(float one, float other, double tolerance, boolean isSame, double apart) {
        OutputComparison found = compare(AddingModel.floats(9, one), AddingModel.floats(9, other), tolerance);
        assertThat(found.firstDifference() == null).isEqualTo(isSame);
        assertThat(found.largestDifference()).isEqualTo(apart);
    }

    @Test
    void namesTheFirstDifferenceAndKeepsTheLargest() {
        OutputComparison found = compare(AddingModel.floats(1, 2, 3), AddingModel.floats(1, 2.5f, 7), 0.1);
        assertThat(found.firstDifference()).isEqualTo("output 'y' at 1: 2.0 and 2.5");
        assertThat(found.largestDifference()).isEqualTo(4);
    }

    @Test
    void namesShapesTypesAndOutputsThatDiffer() {
        Tensor three = AddingModel.floats(1, 2, 3);
        assertThat(compare(three, AddingModel.floats(1, 2), 9).firstDifference())
                .isEqualTo("output 'y': FP32[3] and FP32[2]");
        assertThat(compare(three, AddingModel.text("a", "b", "c"), 9).firstDifference())
                .isEqualTo("output 'y': FP32[3] and STRING[3]");
        assertThat(OutputComparison.of(Map.of("y", three), Map.of("z", three), 9)
                        .firstDifference())
                .isEqualTo("outputs [y] and [z]");
    }

    @Test
    void keepsTextsOutOfTheLog() {
        OutputComparison found = compare(AddingModel.text("a", "bc", "d"), AddingModel.text("a", "bx", "d"), 9);
        assertThat(found.firstDifference()).isEqualTo("output 'y' at 1: texts");
    }

    private static Tensor of(DType dtype, int... bytes) {
        ByteBuffer data = ByteBuffer.allocate(bytes.length);
        for (int each : bytes) {
            data.put((byte) each);
        }
        return new Tensor(dtype, Shape.of(bytes.length / dtype.byteSize()), data.flip());
    }

    @Test
    void readsEveryNumericType() {
        for (DType dtype : DType.values()) {
            if (dtype.isInteger()) {
                int[] zero = new int[dtype.byteSize()];
                int[] three = zero.clone();
                three[0] = 3;
                OutputComparison found = compare(of(dtype, zero), of(dtype, three), 0);
                assertThat(found.firstDifference()).as("%s", dtype).isEqualTo("output 'y' at 0: 0 and 3");
                assertThat(found.largestDifference()).isEqualTo(3);
            }
        }
        assertThat(compare(of(DType.UINT8, 255), of(DType.UINT8, 0), 0.5).firstDifference())
                .isEqualTo("output 'y' at 0: 255 and 0");
        assertThat(compare(of(DType.FP16, 0, 0x3c), of(DType.FP16, 0, 0x40), 0).firstDifference())
                .isEqualTo("output 'y' at 0: 1.0 and 2.0");
        assertThat(compare(of(DType.BF16, 0x80, 0x3f), of(DType.BF16, 0, 0x40), 0)
                        .firstDifference())
                .isEqualTo("output 'y' at 0: 1.0 and 2.0");
        assertThat(compare(of(DType.BOOL, 0, 1), of(DType.BOOL, 0, 0), 9).firstDifference())
                .isEqualTo("output 'y' at 1: truth values");
    }

    @Test
    void tellsLargeWholeNumbersApart() {
        Tensor one = of(DType.UINT64, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
        Tensor other = of(DType.UINT64, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
        assertThat(compare(one, other, 0).firstDifference())
                .isEqualTo("output 'y' at 0: 18446744073709551615 and 18446744073709551614");
    }

    private static Tensor map(Object... keysAndValues) {
        ByteBuffer data = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(keysAndValues.length / 2);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            byte[] key = ((String) keysAndValues[i]).getBytes(StandardCharsets.UTF_8);
            data.putInt(key.length).put(key).putFloat((Float) keysAndValues[i + 1]);
        }
        return new Tensor(DType.MAP, Shape.of(1), data.flip());
    }

    @Test
    void comparesMapsByTheirKeys() {
        assertThat(compare(map("a", 0.25f, "b", 0.75f), map("b", 0.75f, "a", 0.25f), 0)
                        .firstDifference())
                .isNull();
        assertThat(compare(map("a", 0.25f, "b", 0.75f), map("a", 0.5f, "b", 0.75f), 0.1)
                        .firstDifference())
                .isEqualTo("output 'y' at 0: 0.25 and 0.5");
        assertThat(compare(map("a", 1f), map("c", 1f), 1).firstDifference()).isEqualTo("output 'y' at 0: keys");
    }
}
