package dev.slipway.core.batching;

import static dev.slipway.core.batching.TestTensors.floats;
import static dev.slipway.core.batching.TestTensors.named;
import static dev.slipway.core.batching.TestTensors.signature;
import static dev.slipway.core.batching.TestTensors.spec;
import static dev.slipway.core.batching.TestTensors.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RowLayoutTest {
    private static final TensorSpec ROWS = spec("x", DType.FP32, -1, 4);

    static List<Arguments> signatures() {
        TensorSpec anyRank = new TensorSpec("y", DType.FP32, Shape.ANY);
        TensorSpec sequence = new TensorSpec("y", DType.FP32, Shape.of(-1), true);
        return List.of(
                Arguments.of(signature(List.of(ROWS), spec("y", DType.FP32, -1)), ""),
                Arguments.of(signature(List.of(ROWS), spec("y", DType.MAP, -1), spec("z", DType.STRING, -1, -1)), ""),
                Arguments.of(signature(List.of(ROWS, spec("t", DType.STRING, -1))), ""),
                Arguments.of(signature(List.of()), "there are no inputs"),
                Arguments.of(
                        signature(List.of(ROWS), spec("y", DType.FP32, 1, 10)),
                        "output 'y' has shape [1, 10]: its first dimension is fixed"),
                Arguments.of(
                        signature(List.of(spec("y", DType.FP32))),
                        "input 'y' has shape []: it has no dimension for rows"),
                Arguments.of(
                        signature(List.of(ROWS), anyRank),
                        "output 'y' has shape [...]: its number of dimensions is open"),
                Arguments.of(signature(List.of(ROWS), sequence), "output 'y' is a sequence"),
                Arguments.of(signature(List.of(ROWS, spec("m", DType.MAP, -1))), "input 'm' is of dtype MAP"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("signatures")
    void saysWhyRowsCannotBeJoined(Signature signature, String why) {
        RowLayout layout = RowLayout.of(signature);
        assertThat(layout.why()).isEqualTo(why);
        assertThat(layout.isJoinable()).isEqualTo(why.isEmpty());
    }

    @Test
    void countsRowsWhereAllInputsAgree() {
        RowLayout layout = RowLayout.of(signature(List.of(ROWS, spec("t", DType.STRING, -1))));
        Tensor two = floats(Shape.of(2, 4), new double[8]);
        assertThat(layout.rows(named("x", two, "t", texts(Shape.of(2), "a", "bc"))))
                .isEqualTo(2);
        assertThat(layout.rows(named("x", two, "t", texts(Shape.of(1), "a")))).isEqualTo(-1);
        assertThat(layout.rows(named("x", two))).isEqualTo(-1);
        assertThat(layout.rows(named("x", floats(Shape.of(0, 4)), "t", texts(Shape.of(0)))))
                .isZero();
    }

    @Test
    void countsNoRowsWhereNoneCanBeJoined() {
        RowLayout layout = RowLayout.of(signature(List.of(spec("x", DType.FP32, 1, 4))));
        assertThat(layout.rows(named("x", floats(Shape.of(1, 4), 1, 2, 3, 4)))).isEqualTo(-1);
    }

    @Test
    void countsTheMostOfInputsThatDisagree() {
        RowLayout layout = RowLayout.of(signature(List.of(ROWS, spec("z", DType.FP32, -1))));
        assertThat(layout.rowsMost(
                        named("x", floats(Shape.of(2, 4), new double[8]), "z", floats(Shape.of(3), 0, 0, 0))))
                .isEqualTo(3);
        RowLayout fixed = RowLayout.of(signature(List.of(spec("x", DType.FP32, 2, 4))));
        assertThat(fixed.rowsMost(named("x", floats(Shape.of(2, 4), new double[8]))))
                .isEqualTo(1);
    }

    @ParameterizedTest(name = "{0} bytes of text for 2 elements")
    @CsvSource({"0, -1", "8, -1", "9, -1", "10, 2", "11, -1"})
    void leavesTextAloneThatWouldShiftTheRowsOfOthers(int bytes, int rows) {
        RowLayout layout = RowLayout.of(signature(List.of(spec("t", DType.STRING, -1))));
        ByteBuffer data =
                ByteBuffer.allocate(11).put(0, (byte) 1).put(5, (byte) 1).limit(bytes);
        assertThat(layout.rows(named("t", new Tensor(DType.STRING, Shape.of(2), data))))
                .isEqualTo(rows);
    }

    @Test
    void leavesTextAloneWhoseLengthIsBeyondAllMemory() {
        RowLayout layout = RowLayout.of(signature(List.of(spec("t", DType.STRING, -1))));
        ByteBuffer data = ByteBuffer.allocate(8).putInt(0, -1);
        assertThat(layout.rows(named("t", new Tensor(DType.STRING, Shape.of(1), data))))
                .isEqualTo(-1);
    }

    @Test
    void measuresARowByItsElements() {
        RowLayout layout = RowLayout.of(signature(List.of(ROWS, spec("z", DType.FP32, -1))));
        Map<String, Tensor> inputs = named("x", floats(Shape.of(2, 4), new double[8]), "z", floats(Shape.of(2), 0, 0));
        assertThat(layout.elementsPerRow(inputs, 2)).isEqualTo(5);
        assertThat(layout.elementsPerRow(named("x", floats(Shape.of(0, 4))), 0)).isEqualTo(1);
    }

    @ParameterizedTest(name = "[1, {0}, {1}] and [3, {2}, {3}]: {4}, padded {5}")
    @CsvSource({
        "2, 3, 2, 3, true, true",
        "2, 3, 2, 4, false, true",
        "1, 9, 9, 1, false, false",
        "1, 4, 4, 1, false, true",
        "0, 3, 2, 3, false, true",
    })
    void fitsWhereSizesBeyondTheFirstAreTheSame(long a, long b, long c, long d, boolean exactly, boolean padded) {
        RowLayout layout = RowLayout.of(signature(List.of(spec("x", DType.UINT8, -1, -1, -1))));
        Map<String, Tensor> one = named("x", bytes(Shape.of(1, a, b)));
        Map<String, Tensor> other = named("x", bytes(Shape.of(3, c, d)));
        assertThat(layout.fits(one, other, false)).isEqualTo(exactly);
        assertThat(layout.fits(other, one, true)).isEqualTo(padded);
    }

    @Test
    void neitherRanksNorTextNorDtypesArePadded() {
        RowLayout layout = RowLayout.of(signature(List.of(new TensorSpec("x", DType.STRING, Shape.of(-1, -1)))));
        Map<String, Tensor> text = named("x", texts(Shape.of(1, 1), "a"));
        assertThat(layout.fits(text, named("x", texts(Shape.of(1, 2), "a", "b")), true))
                .isFalse();
        assertThat(layout.fits(text, named("x", texts(Shape.of(2, 1), "a", "b")), true))
                .isTrue();
        assertThat(layout.fits(text, named("x", bytes(Shape.of(1, 1))), true)).isFalse();
        assertThat(layout.fits(named("x", bytes(Shape.of(1))), named("x", bytes(Shape.of(1, 1))), true))
                .isFalse();
    }

    @Test
    void leavesNoGarbageOnARequestsWay() {
        RowLayout layout = RowLayout.of(signature(List.of(ROWS)));
        Map<String, Tensor> inputs = named("x", floats(Shape.of(2, 4), new double[8]));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long calls = 10_000;
        long before = 0;
        long sum = 0;
        for (int i = -10; i < calls; i++) {
            if (i == 0) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            int rows = layout.rows(inputs);
            sum += layout.elementsPerRow(inputs, rows);
            sum += layout.fits(inputs, inputs, true) && layout.fits(inputs, inputs, false) ? 1 : 0;
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(sum).isEqualTo((calls + 10) * 5);
        assertThat(allocated / calls).as("bytes a request").isZero();
    }

    private static Tensor bytes(Shape shape) {
        return new Tensor(DType.UINT8, shape, ByteBuffer.allocate((int) shape.elementCount()));
    }
}
