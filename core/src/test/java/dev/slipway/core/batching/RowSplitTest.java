package dev.slipway.core.batching;

import static dev.slipway.core.batching.TestTensors.floats;
import static dev.slipway.core.batching.TestTensors.maps;
import static dev.slipway.core.batching.TestTensors.named;
import static dev.slipway.core.batching.TestTensors.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowSplitTest {
    @Test
    void givesEachItsRowsAndLeavesThePadding() {
        Tensor numbers = floats(Shape.of(4, 2), 1, 2, 3, 4, 5, 6, 7, 8);
        Tensor text = texts(Shape.of(4, 1), "a", "", "bc", "d");
        RowSplit split = new RowSplit(named("y", numbers, "t", text), 4);
        assertThat(split.next(1)).isEqualTo(named("y", floats(Shape.of(1, 2), 1, 2), "t", texts(Shape.of(1, 1), "a")));
        assertThat(split.next(0)).isEqualTo(named("y", floats(Shape.of(0, 2)), "t", texts(Shape.of(0, 1))));
        assertThat(split.next(2))
                .isEqualTo(named("y", floats(Shape.of(2, 2), 3, 4, 5, 6), "t", texts(Shape.of(2, 1), "", "bc")));
    }

    @Test
    void walksOverMaps() {
        List<Object> one = List.of("cat", 0.25, "dog", 0.75);
        List<Object> none = List.of();
        List<Object> other = List.of("", 1);
        RowSplit split = new RowSplit(named("p", maps(one, none, other)), 3);
        assertThat(split.next(1)).isEqualTo(named("p", maps(one)));
        assertThat(split.next(2)).isEqualTo(named("p", maps(none, other)));
    }

    @Test
    void givesViewsNotCopies() {
        ByteBuffer memory = ByteBuffer.allocateDirect(8);
        RowSplit split = new RowSplit(named("y", new Tensor(DType.UINT8, Shape.of(8), memory)), 8);
        split.next(3);
        Tensor part = split.next(2).get("y");
        memory.put(4, (byte) 9);
        assertThat(part.data().get(1)).isEqualTo((byte) 9);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 20})
    void keepsTheOrderOfTheOutputs(int count) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (int i = count; i > 0; i--) {
            outputs.put("output" + i, floats(Shape.of(2), i, -i));
        }
        RowSplit split = new RowSplit(outputs, 2);
        split.next(1);
        Map<String, Tensor> second = split.next(1);
        assertThat(second.keySet()).containsExactlyElementsOf(outputs.keySet());
        assertThat(second).hasSize(count).containsEntry("output1", floats(Shape.of(1), -1));
        assertThat(second.get("other")).isNull();
        assertThat(second.containsKey("other")).isFalse();
        assertThatThrownBy(() -> second.put("other", floats(Shape.of(1), 1)))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void refusesAnOutputOfOtherRows() {
        assertInternal(
                () -> new RowSplit(named("y", floats(Shape.of(1, 2), 1, 2)), 8),
                "output 'y' of a run of 8 rows has shape [1, 2] (expected: 8 rows along its first dimension)");
        assertInternal(
                () -> new RowSplit(named("y", floats(Shape.SCALAR, 1)), 1),
                "output 'y' of a run of 1 rows has shape [] (expected: 1 rows along its first dimension)");
    }

    @Test
    void refusesTextAndMapsThatEndTooSoon() {
        ByteBuffer bytes = ByteBuffer.allocate(5).put(0, (byte) 9);
        for (DType dtype : List.of(DType.STRING, DType.MAP)) {
            RowSplit split = new RowSplit(named("t", new Tensor(dtype, Shape.of(2), bytes)), 2);
            assertInternal(
                    () -> split.next(1),
                    "output 't' has 5 bytes of dtype %s (expected: more, as its lengths say)".formatted(dtype));
        }
    }

    @Test
    void refusesMoreRowsThanThereAre() {
        RowSplit split = new RowSplit(named("y", floats(Shape.of(2), 1, 2)), 2);
        split.next(1);
        assertThatThrownBy(() -> split.next(2)).hasMessage("rows: 2 (expected: 0 to 1)");
    }

    private static void assertInternal(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL))
                .hasMessage(message);
    }
}
