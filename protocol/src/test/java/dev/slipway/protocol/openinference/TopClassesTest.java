package dev.slipway.protocol.openinference;

import static dev.slipway.protocol.Tensors.floats;
import static dev.slipway.protocol.Tensors.longs;
import static dev.slipway.protocol.Tensors.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.Tensors;
import dev.slipway.protocol.wire.NumberElements;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TopClassesTest {
    private static final TensorSpec OPEN = new TensorSpec("y", DType.FP32, Shape.of(-1, -1));

    private static List<String> texts(Tensor tensor) {
        ByteBuffer data = tensor.data();
        List<String> texts = new ArrayList<>();
        while (data.hasRemaining()) {
            byte[] text = new byte[data.getInt()];
            data.get(text);
            texts.add(new String(text, StandardCharsets.UTF_8));
        }
        return texts;
    }

    @Test
    void writesValueIndexAndLabelAsTriton() {
        Tensor top = TopClasses.of(
                OPEN, floats(Shape.of(2, 4), 1, 10, 5, 4, 0.5f, -1, 3.25f, 2), 2, List.of("apple", "pear", ""));
        assertThat(top.dtype()).isEqualTo(DType.STRING);
        assertThat(top.shape()).isEqualTo(Shape.of(2, 2));
        assertThat(texts(top)).containsExactly("10.000000:1:pear", "5.000000:2", "3.250000:2", "2.000000:3");
    }

    @Test
    void givesAllWhenMoreAreWanted() {
        Tensor top = TopClasses.of(OPEN, floats(Shape.of(1, 3), 1, 3, 2), 1000, List.of());
        assertThat(top.shape()).isEqualTo(Shape.of(1, 3));
        assertThat(texts(top)).containsExactly("3.000000:1", "2.000000:2", "1.000000:0");
    }

    @Test
    void anOpenAxisAloneIsTheRows() {
        Tensor labels = longs(Shape.of(2), 7, -3);
        TensorSpec rows = new TensorSpec("y", DType.INT64, Shape.of(-1));
        assertThat(TopClasses.of(rows, labels, 5, List.of()).shape()).isEqualTo(Shape.of(2, 1));
        assertThat(texts(TopClasses.of(rows, labels, 5, List.of()))).containsExactly("7:0", "-3:0");
        TensorSpec classes = new TensorSpec("y", DType.INT64, Shape.of(2));
        assertThat(TopClasses.of(classes, labels, 5, List.of()).shape()).isEqualTo(Shape.of(2));
    }

    @Test
    void furtherAxesAreOneAfterTheOther() {
        Tensor top = TopClasses.of(OPEN, floats(Shape.of(1, 2, 2), 1, 2, 4, 3), 2, List.of());
        assertThat(top.shape()).isEqualTo(Shape.of(1, 2));
        assertThat(texts(top)).containsExactly("4.000000:2", "3.000000:3");
    }

    @Test
    void nothingAtAllHasNoClasses() {
        assertThat(TopClasses.of(OPEN, floats(Shape.of(0, 3)), 2, List.of()).shape())
                .isEqualTo(Shape.of(0, 0));
        assertThat(TopClasses.of(OPEN, floats(Shape.of(2, 0)), 2, List.of()).shape())
                .isEqualTo(Shape.of(2, 0));
    }

    @Test
    void ordersWhatIsNoNumberLast() {
        Tensor odd =
                floats(Shape.of(1, 6), Float.NaN, -0f, Float.NEGATIVE_INFINITY, 0f, Float.POSITIVE_INFINITY, -1e-9f);
        assertThat(texts(TopClasses.of(OPEN, odd, 6, List.of())))
                .containsExactly("inf:4", "-0.000000:1", "0.000000:3", "-0.000000:5", "-inf:2", "nan:0");
    }

    @Test
    void unsignedNumbersAreNotNegative() {
        ByteBuffer data = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(-1)
                .putLong(1)
                .flip();
        Tensor tensor = new Tensor(DType.UINT64, Shape.of(1, 2), data);
        assertThat(texts(TopClasses.of(OPEN, tensor, 2, List.of()))).containsExactly("18446744073709551615:0", "1:1");
    }

    @ParameterizedTest
    @EnumSource
    void sortsEveryDtypeOfNumbers(DType dtype) {
        if (!dtype.isInteger() && !dtype.isFloat()) {
            return;
        }
        Random random = new Random(7);
        for (int round = 0; round < 50; round++) {
            int size = 1 + random.nextInt(40);
            int count = 1 + random.nextInt(45);
            Tensor tensor = Tensors.random(dtype, Shape.of(1, size), random);
            List<Integer> found = texts(TopClasses.of(OPEN, tensor, count, List.of())).stream()
                    .map(text -> Integer.valueOf(text.substring(text.indexOf(':') + 1)))
                    .toList();
            Comparator<Integer> highestFirst = dtype.isFloat()
                    ? Comparator.comparingDouble(i -> -0.0 - NumberElements.real(dtype, tensor.data(), i))
                    : dtype == DType.UINT64
                            ? (a, b) -> Long.compareUnsigned(
                                    NumberElements.whole(dtype, tensor.data(), b),
                                    NumberElements.whole(dtype, tensor.data(), a))
                            : Comparator.comparing((Integer i) -> NumberElements.whole(dtype, tensor.data(), i))
                                    .reversed();
            assertThat(found)
                    .isEqualTo(IntStream.range(0, size)
                            .boxed()
                            .sorted(highestFirst)
                            .limit(count)
                            .toList());
        }
    }

    @Test
    void textHasNoClasses() {
        assertThatThrownBy(() -> TopClasses.of(OPEN, strings(Shape.of(1), "a"), 1, List.of()))
                .hasMessage("output 'y' of datatype BYTES is wanted as classes (expected: an output of numbers)");
    }
}
