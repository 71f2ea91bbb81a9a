package dev.slipway.core.batching;

import static dev.slipway.core.batching.TestTensors.floats;
import static dev.slipway.core.batching.TestTensors.named;
import static dev.slipway.core.batching.TestTensors.signature;
import static dev.slipway.core.batching.TestTensors.spec;
import static dev.slipway.core.batching.TestTensors.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RowJoinTest {
    private static final Signature FLOATS = signature(List.of(spec("x", DType.FP32, -1, -1)));
    private static final Signature CUBES = signature(List.of(spec("x", DType.FP32, -1, -1, -1)));
    private static final Signature TEXTS = signature(List.of(spec("t", DType.STRING, -1)));

    private final RowJoin join = new RowJoin();

    @Test
    void joinsInOrderAndPadsWithTheFirstRow() {
        Tensor joined = join("x", FLOATS, 6, false, floats(Shape.of(1, 2), 1, 2), floats(Shape.of(2, 2), 3, 4, 5, 6));
        assertThat(joined).isEqualTo(floats(Shape.of(6, 2), 1, 2, 3, 4, 5, 6, 1, 2, 1, 2, 1, 2));
    }

    @Test
    void padsWithTheFirstRowThereIs() {
        Tensor joined = join("x", FLOATS, 2, false, floats(Shape.of(0, 2)), floats(Shape.of(1, 2), 3, 4));
        assertThat(joined).isEqualTo(floats(Shape.of(2, 2), 3, 4, 3, 4));
    }

    @Test
    void padsNoRowsWithZerosEvenInUsedMemory() {
        join("x", FLOATS, 2, false, floats(Shape.of(2, 2), 1, 2, 3, 4));
        assertThat(join("x", FLOATS, 1, false, floats(Shape.of(0, 3)))).isEqualTo(floats(Shape.of(1, 3), 0, 0, 0));
        assertThat(join("x", CUBES, 1, true, floats(Shape.of(0, 1, 2)), floats(Shape.of(0, 2, 1))))
                .isEqualTo(floats(Shape.of(1, 2, 2), 0, 0, 0, 0));
        assertThat(join("x", FLOATS, 0, false, floats(Shape.of(0, 3)))).isEqualTo(floats(Shape.of(0, 3)));
    }

    @Test
    void joinsAndPadsText() {
        Tensor joined =
                join("t", TEXTS, 5, false, texts(Shape.of(0)), texts(Shape.of(2), "ab", ""), texts(Shape.of(1), "c"));
        assertThat(joined).isEqualTo(texts(Shape.of(5), "ab", "", "c", "ab", "ab"));
        assertThat(join("t", TEXTS, 2, false, texts(Shape.of(0)))).isEqualTo(texts(Shape.of(2), "", ""));
    }

    @Test
    void padsRowsOfSeveralTexts() {
        Signature pairs = signature(List.of(spec("t", DType.STRING, -1, 2)));
        Tensor joined = join("t", pairs, 3, false, texts(Shape.of(1, 2), "a", "bcd"), texts(Shape.of(1, 2), "e", "f"));
        assertThat(joined).isEqualTo(texts(Shape.of(3, 2), "a", "bcd", "e", "f", "a", "bcd"));
    }

    @Test
    void padsInnerSizesWithEachRequestsFirstElement() {
        Tensor joined = join(
                "x",
                CUBES,
                4,
                true,
                floats(Shape.of(1, 2, 1), 1, 2),
                floats(Shape.of(1, 1, 3), 3, 4, 5),
                floats(Shape.of(1, 0, 3)));
        double[] first = {1, 1, 1, 2, 1, 1};
        double[] second = {3, 4, 5, 3, 3, 3};
        assertThat(joined).isEqualTo(floats(Shape.of(4, 2, 3), concatenated(first, second, new double[6], first)));
    }

    @Test
    void requestsThatAreAlikeAreNotPadded() {
        Tensor joined = join("x", FLOATS, 2, true, floats(Shape.of(1, 1), 1), floats(Shape.of(1, 1), 2));
        assertThat(joined).isEqualTo(floats(Shape.of(2, 1), 1, 2));
    }

    @ParameterizedTest(name = "{0} rows padded to {1}, one of shape {2}")
    @CsvSource({"1, 1, 2", "1, 2, 3", "1, 1, 0"})
    void refusesRowsThatDoNotFit(int rows, int paddedRows, int inner) {
        Tensor one = floats(Shape.of(rows, 2), new double[rows * 2]);
        Tensor other = floats(Shape.of(1, inner), new double[inner]);
        assertThatThrownBy(() -> join("x", FLOATS, paddedRows, false, one, other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("input 'x'");
    }

    @Test
    void refusesMoreRowsThanItPadsTo() {
        Tensor text = texts(Shape.of(2), "a", "b");
        assertThatThrownBy(() -> join("t", TEXTS, 1, false, text))
                .hasMessage("input 't': 2 rows (expected: at most 1)");
        assertThatThrownBy(() -> join("x", CUBES, 1, true, cube(1, 1), cube(1, 2)))
                .hasMessage("input 'x': 2 rows (expected: at most 1)");
    }

    @Test
    void refusesMoreThanABufferHolds() {
        assertThatThrownBy(() -> join("x", FLOATS, 1 << 30, false, floats(Shape.of(1, 1), 1)))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED))
                .hasMessage("rows of input 'x' have 4.0 GiB (expected: at most 2 GiB)");
        assertThatThrownBy(() -> join("x", CUBES, 2, true, cube(1, 1 << 15), cube(1 << 15, 1)))
                .hasMessage("joined rows of input 'x' have 8.0 GiB (expected: at most 2 GiB)");
    }

    @ParameterizedTest
    @EnumSource(names = {"BOOL", "INT16", "FP64"})
    void joinsIntoLittleEndianMemoryOnACacheLineThatItKeeps(DType dtype) {
        Signature signature = signature(List.of(spec("x", dtype, -1), spec("z", dtype, -1)));
        Tensor one = TestTensors.random(dtype, Shape.of(100), new Random(1));
        Map<String, Tensor> request = named("z", one, "x", one);
        Map<String, Tensor> joined = join.join(signature, List.of(request), 100, false);
        assertThat(joined.keySet()).containsExactly("x", "z");
        for (Tensor tensor : joined.values()) {
            assertThat(tensor.data().isDirect()).isTrue();
            assertThat(tensor.data().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
            assertThat(tensor.data().alignmentOffset(0, 64)).isZero();
        }
        long capacity = join.capacityBytes();
        assertThat(capacity).isGreaterThanOrEqualTo(2L * 100 * dtype.byteSize());
        ByteBuffer before = joined.get("x").data();
        join.join(
                signature,
                List.of(named("x", new Tensor(dtype, Shape.of(0), ByteBuffer.allocate(0)), "z", one)),
                100,
                false);
        assertThat(join.capacityBytes()).isEqualTo(capacity);
        assertThat(before.get(0)).as("the same memory, cleared").isZero();
    }

    @RepeatedTest(300)
    void whatAnIdentityAnswersIsWhatEachRequestBrought(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<TensorSpec> specs = randomSpecs(random);
        Signature signature = signature(specs);
        RowLayout layout = RowLayout.of(signature);
        for (int run = 0; run < 4; run++) {
            List<Map<String, Tensor>> requests = randomRequests(specs, random);
            int rows = 0;
            for (Map<String, Tensor> request : requests) {
                assertThat(layout.fits(requests.get(0), request, false)).isTrue();
                rows += layout.rows(request);
            }
            int padded = rows + random.nextInt(4);
            Map<String, Tensor> outputs = join.join(signature, requests, padded, random.nextBoolean());
            RowSplit split = new RowSplit(outputs, padded);
            for (Map<String, Tensor> request : requests) {
                Map<String, Tensor> part = split.next(layout.rows(request));
                assertThat(part).isEqualTo(request);
                assertThat(RowAgreement.difference(part, request)).isNull();
            }
        }
    }

    @RepeatedTest(100)
    void padsEveryElementThatARequestHasNot(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        Tensor[] cubes = new Tensor[1 + random.nextInt(4)];
        for (int i = 0; i < cubes.length; i++) {
            Shape shape = Shape.of(1 + random.nextInt(2), 1 + random.nextInt(4), 1 + random.nextInt(4));
            cubes[i] = TestTensors.random(DType.FP32, shape, random);
        }
        Tensor joined = join("x", CUBES, 10, true, cubes);
        long row = 0;
        for (Tensor cube : cubes) {
            for (long index = 0; index < cube.shape().dim(0); index++, row++) {
                assertPadded(joined, row, cube, index);
            }
        }
        for (; row < 10; row++) {
            assertPadded(joined, row, cubes[0], 0);
        }
    }

    private static void assertPadded(Tensor joined, long row, Tensor cube, long index) {
        for (long y = 0; y < joined.shape().dim(1); y++) {
            for (long x = 0; x < joined.shape().dim(2); x++) {
                boolean isOwn = y < cube.shape().dim(1) && x < cube.shape().dim(2);
                int expected = isOwn ? bits(cube, index, y, x) : bits(cube, 0, 0, 0);
                assertThat(bits(joined, row, y, x))
                        .as("%s at %d, %d, %d of %s", cube, row, y, x, joined)
                        .isEqualTo(expected);
            }
        }
    }

    private static int bits(Tensor cube, long row, long y, long x) {
        long index = (row * cube.shape().dim(1) + y) * cube.shape().dim(2) + x;
        return cube.data().getInt((int) index * 4);
    }

    private static List<TensorSpec> randomSpecs(Random random) {
        List<TensorSpec> specs = new ArrayList<>();
        for (int i = random.nextInt(10); i >= 0; i--) {
            long[] dims = new long[1 + random.nextInt(3)];
            dims[0] = -1;
            for (int axis = 1; axis < dims.length; axis++) {
                dims[axis] = random.nextInt(4);
            }
            specs.add(spec("input" + i, DType.values()[random.nextInt(DType.MAP.ordinal())], dims));
        }
        return specs;
    }

    private static List<Map<String, Tensor>> randomRequests(List<TensorSpec> specs, Random random) {
        List<Map<String, Tensor>> requests = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            int rows = random.nextInt(5);
            Map<String, Tensor> request = new HashMap<>();
            for (TensorSpec spec : specs) {
                Shape shape = spec.shape().withFirst(rows);
                request.put(spec.name(), TestTensors.random(spec.dtype(), shape, random));
            }
            requests.add(request);
        }
        return requests;
    }

    private Tensor join(String name, Signature signature, int paddedRows, boolean padsShapes, Tensor... tensors) {
        List<Map<String, Tensor>> requests = new ArrayList<>();
        for (Tensor tensor : tensors) {
            requests.add(named(name, tensor));
        }
        return join.join(signature, requests, paddedRows, padsShapes).get(name);
    }

    private static Tensor cube(int height, int width) {
        return floats(Shape.of(1, height, width), new double[height * width]);
    }

    private static double[] concatenated(double[]... parts) {
        return Stream.of(parts).flatMapToDouble(DoubleStream::of).toArray();
    }
}
