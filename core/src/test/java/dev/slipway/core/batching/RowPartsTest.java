package dev.slipway.core.batching;

import static dev.slipway.core.batching.TestTensors.floats;
import static dev.slipway.core.batching.TestTensors.maps;
import static dev.slipway.core.batching.TestTensors.named;
import static dev.slipway.core.batching.TestTensors.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RowPartsTest {
    @ParameterizedTest(name = "{0} rows, at most {1}: {2} parts")
    @CsvSource({"0, 3, 1", "3, 3, 1", "4, 3, 2", "7, 3, 3", "7, 1, 7"})
    void cutsIntoAsFewPartsAsItCan(int rows, int rowsMax, int parts) {
        Map<String, Tensor> inputs = named("x", floats(Shape.of(rows, 2), new double[rows * 2]));
        List<Map<String, Tensor>> cut = RowParts.cut(inputs, rows, rowsMax);
        assertThat(cut).hasSize(parts);
        long sum = 0;
        for (Map<String, Tensor> part : cut) {
            long size = part.get("x").shape().dim(0);
            assertThat(size).isLessThanOrEqualTo(rowsMax);
            sum += size;
        }
        assertThat(sum).isEqualTo(rows);
    }

    @ParameterizedTest
    @EnumSource
    void gathersWhatItHasCut(DType dtype) {
        Random random = new Random(dtype.ordinal());
        for (int rows = 0; rows < 12; rows++) {
            Tensor tensor = TestTensors.random(dtype, Shape.of(rows, 2), random);
            Map<String, Tensor> whole = named("b", tensor, "a", tensor);
            RowParts parts = new RowParts(rows);
            for (Map<String, Tensor> part : RowParts.cut(whole, rows, 3)) {
                parts.add(part, (int) part.get("a").shape().dim(0));
            }
            assertThat(parts.joined()).isEqualTo(whole);
            assertThat(parts.joined().keySet()).containsExactly("b", "a");
        }
    }

    @Test
    void copiesSoThatPartsCanBeClosed() {
        ByteBuffer lent = ByteBuffer.allocate(1).put(0, (byte) 7);
        RowParts parts = new RowParts(2);
        for (int i = 0; i < 2; i++) {
            parts.add(named("y", new Tensor(DType.UINT8, Shape.of(1), lent)), 1);
            lent.put(0, (byte) 0);
        }
        assertThat(parts.joined().get("y").data().get(0)).isEqualTo((byte) 7);
    }

    @Test
    void growsForTextThatGetsLonger() {
        RowParts parts = new RowParts(3);
        parts.add(named("t", texts(Shape.of(1), "")), 1);
        parts.add(named("t", texts(Shape.of(1), "a".repeat(1000))), 1);
        parts.add(named("t", texts(Shape.of(1), "b")), 1);
        assertThat(parts.joined()).isEqualTo(named("t", texts(Shape.of(3), "", "a".repeat(1000), "b")));
    }

    @Test
    void refusesPartsThatDoNotBelongTogether() {
        RowParts parts = new RowParts(3);
        parts.add(named("y", floats(Shape.of(1, 2), 1, 2)), 1);
        assertThatThrownBy(() -> parts.add(named("y", floats(Shape.of(2, 1), 1, 2)), 2))
                .isInstanceOf(SlipwayException.class)
                .hasMessage(
                        "output 'y' is FP32[2, 1] in one part of a run (expected: rows of FP32[3, 2], as in the first part)");
        assertThatThrownBy(() -> parts.add(named("z", floats(Shape.of(1, 2), 1, 2)), 1))
                .hasMessage("one part of a run has outputs [z] (expected: those of the first, [y])");
        assertThatThrownBy(() -> parts.add(named("y", floats(Shape.of(1, 2), 1, 2)), 2))
                .hasMessageContaining("of a run of 2 rows has shape [1, 2]");
        assertThatThrownBy(() -> parts.add(named("y", maps(List.of())), 1)).hasMessageContaining("MAP[1]");
        assertThatThrownBy(parts::joined).hasMessage("1 rows were added (expected: 3)");
    }
}
