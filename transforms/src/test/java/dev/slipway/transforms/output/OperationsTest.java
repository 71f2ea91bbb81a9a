package dev.slipway.transforms.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.ClassNames;
import dev.slipway.transforms.Numbers;
import dev.slipway.transforms.OutputPart;
import dev.slipway.transforms.OutputSettings;
import dev.slipway.transforms.Texts;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OperationsTest {
    private static final ClassNames NAMES = new ClassNames("names.txt", List.of("cat", "dog", "bee"));

    private static Tensor floats(Shape shape, double... numbers) {
        return numbers(DType.FP32, shape, numbers);
    }

    private static Tensor numbers(DType dtype, Shape shape, double... numbers) {
        ByteBuffer data = ByteBuffer.allocate(numbers.length * dtype.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < numbers.length; i++) {
            switch (dtype) {
                case INT64 -> data.putLong(i * 8, (long) numbers[i]);
                case UINT8 -> data.put(i, (byte) numbers[i]);
                default -> Numbers.put(dtype, data, i, numbers[i]);
            }
        }
        return new Tensor(dtype, shape, data);
    }

    private static double[] doubles(Tensor tensor) {
        return IntStream.range(0, (int) tensor.elementCount())
                .mapToDouble(i -> Numbers.get(tensor.dtype(), tensor.data(), i))
                .toArray();
    }

    private static List<String> texts(Tensor tensor) {
        return Texts.bytes("x", tensor).stream()
                .map(bytes -> Texts.text("x", 0, bytes))
                .toList();
    }

    private static OutputPart open(OutputSettings.Operation operation, DType dtype, Shape shape) {
        return operation.open(new TensorSpec("logits", dtype, shape), NAMES);
    }

    private static Tensor apply(OutputSettings.Operation operation, Shape spec, Tensor in) {
        OutputPart part = open(operation, in.dtype(), spec);
        Tensor made = part.work().apply(in).get(0);
        assertThat(part.outputs().get(0).dtype()).isEqualTo(made.dtype());
        assertThat(part.outputs().get(0).shape().accepts(made.shape()))
                .as("%s in %s", made, part.outputs())
                .isTrue();
        return made;
    }

    @Test
    void softmaxMakesEachRowSumToOneWithoutOverflow() {
        Tensor made = apply(new Softmax(), Shape.of(-1, 3), floats(Shape.of(3, 3), 1, 2, 3, 1000, 1001, 1002, 0, 0, 0));
        double[] ofOneTwoThree = {0.09003057317038046, 0.24472847105479767, 0.6652409557748219};
        assertThat(doubles(made))
                .containsExactly(
                        new double[] {
                            ofOneTwoThree[0],
                            ofOneTwoThree[1],
                            ofOneTwoThree[2],
                            ofOneTwoThree[0],
                            ofOneTwoThree[1],
                            ofOneTwoThree[2],
                            1 / 3.0,
                            1 / 3.0,
                            1 / 3.0
                        },
                        within(1e-7));
    }

    @ParameterizedTest
    @CsvSource({"FP16, 1e-3", "BF16, 1e-2", "FP32, 1e-7", "FP64, 1e-15"})
    void softmaxKeepsTheTypeOfItsOutput(DType dtype, double tolerance) {
        Tensor made = apply(new Softmax(), Shape.of(-1, 2), numbers(dtype, Shape.of(1, 2), 0, 1));
        assertThat(made.dtype()).isEqualTo(dtype);
        assertThat(doubles(made))
                .containsExactly(new double[] {0.2689414213699951, 0.7310585786300049}, within(tolerance));
    }

    @Test
    void wholeNumbersBecomeFloats() {
        Tensor made = apply(new Scale(0.5), Shape.of(-1), numbers(DType.UINT8, Shape.of(2), 255, 1));
        assertThat(made.dtype()).isEqualTo(DType.FP32);
        assertThat(doubles(made)).containsExactly(127.5, 0.5);
    }

    @Test
    void aRowWithANaNIsNaNAndItsNeighboursAreNot() {
        Tensor made = apply(new Softmax(), Shape.of(-1, 2), floats(Shape.of(2, 2), Double.NaN, 1, 5, 5));
        assertThat(doubles(made)).containsExactly(Double.NaN, Double.NaN, 0.5, 0.5);
    }

    @Test
    void axesOfSizeOneAtTheEndAreNotClasses() {
        Tensor made = apply(new Softmax(), Shape.of(-1, 2, 1, 1), floats(Shape.of(1, 2, 1, 1), 3, 3));
        assertThat(made.shape()).isEqualTo(Shape.of(1, 2));
        assertThat(doubles(made)).containsExactly(0.5, 0.5);
        Tensor place = apply(new ArgMax(), Shape.ANY, floats(Shape.of(1, 2, 1, 1), 3, 4));
        assertThat(place.shape()).isEqualTo(Shape.of(1));
        assertThat(doubles(place)).containsExactly(1);
    }

    @Test
    void numbersOfMoreAxesAreTurnedAlongTheLast() {
        Tensor made = apply(new ArgMax(), Shape.of(-1, -1, 3), floats(Shape.of(1, 2, 3), 1, 3, 2, 9, 8, 9));
        assertThat(made.shape()).isEqualTo(Shape.of(1, 2));
        assertThat(doubles(made)).containsExactly(1, 0);
    }

    @Test
    void elementwiseOnesTurnEachByItself() {
        assertThat(doubles(apply(new Sigmoid(), Shape.of(-1), floats(Shape.of(4), 0, 1000, -1000, Double.NaN))))
                .containsExactly(0.5, 1, 0, Double.NaN);
        assertThat(doubles(apply(new Clamp(0, 1), Shape.of(-1), floats(Shape.of(4), -3, 0.25, 7, Double.NaN))))
                .containsExactly(0, 0.25, 1, Double.NaN);
        assertThat(doubles(apply(new Scale(100), Shape.of(-1), floats(Shape.of(1), 0.5))))
                .containsExactly(50);
        assertThat(doubles(apply(new Offset(-32), Shape.of(-1), floats(Shape.of(1), 50))))
                .containsExactly(18);
    }

    @Test
    void shapesChangeWithoutElementsMoving() {
        Tensor in = floats(Shape.of(2, 1, 2, 1), 1, 2, 3, 4);
        assertThat(apply(new Squeeze(), Shape.of(-1, 1, 2, 1), in).shape()).isEqualTo(Shape.of(2, 2));
        Tensor flat = apply(new Flatten(), Shape.of(-1, -1, 2, 1), in);
        assertThat(flat.shape()).isEqualTo(Shape.of(2, 2));
        assertThat(doubles(flat)).containsExactly(1, 2, 3, 4);
        assertThat(apply(new Flatten(), Shape.of(-1), floats(Shape.of(2), 1, 2)).shape())
                .isEqualTo(Shape.of(2, 1));
    }

    @Test
    void topKAnswersNamesAndScoresLargestFirst() {
        OutputPart part = open(new TopK(2), DType.FP32, Shape.of(-1, 3));
        assertThat(part.outputs())
                .containsExactly(
                        new TensorSpec("classes", DType.STRING, Shape.of(-1, 2)),
                        new TensorSpec("scores", DType.FP32, Shape.of(-1, 2)));
        List<Tensor> made = part.work().apply(floats(Shape.of(2, 3), 1, 3, 2, 5, Double.NaN, 5));
        assertThat(texts(made.get(0))).containsExactly("dog", "bee", "dog", "cat");
        assertThat(doubles(made.get(1))).containsExactly(3, 2, Double.NaN, 5);
    }

    @Test
    void topKOfFewerClassesAnswersAll() {
        OutputPart part = new TopK(5).open(new TensorSpec("y", DType.FP32, Shape.of(-1, -1)), null);
        List<Tensor> made = part.work().apply(floats(Shape.of(1, 2), 1, 3));
        assertThat(made.get(0).dtype()).isEqualTo(DType.INT64);
        assertThat(made.get(0).shape()).isEqualTo(Shape.of(1, 2));
        assertThat(doubles(made.get(0))).containsExactly(1, 0);
        assertThat(part.work().apply(floats(Shape.of(0, 2))).get(1).shape()).isEqualTo(Shape.of(0, 2));
        assertThat(part.work().apply(floats(Shape.of(1, 0))).get(1).shape()).isEqualTo(Shape.of(1, 0));
    }

    /** The same as sorting all, over numbers with many that are equal. */
    @Test
    void theLargestAreThoseThatSortingFinds() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            double[] row = IntStream.range(0, 1 + random.nextInt(30))
                    .mapToDouble(i -> random.nextInt(8) == 0 ? Double.NaN : random.nextInt(6))
                    .toArray();
            Largest largest = new Largest(1 + random.nextInt(row.length));
            for (int i = 0; i < row.length; i++) {
                largest.offer(i, row[i]);
            }
            List<Integer> sorted = IntStream.range(0, row.length)
                    .boxed()
                    .sorted((a, b) -> Double.compare(row[b], row[a]))
                    .toList();
            assertThat(IntStream.range(0, largest.count()).mapToObj(largest::place))
                    .containsExactlyElementsOf(sorted.subList(0, largest.count()));
        }
    }

    @Test
    void decodeAnswersNamesOfPlacesAndOfScores() {
        assertThat(texts(apply(new Decode(), Shape.of(-1), numbers(DType.INT64, Shape.of(2), 2, 0))))
                .containsExactly("bee", "cat");
        Tensor best = apply(new Decode(), Shape.of(-1, 3), floats(Shape.of(2, 3), 1, 2, 0, 9, 9, 9));
        assertThat(best.shape()).isEqualTo(Shape.of(2));
        assertThat(texts(best)).containsExactly("dog", "cat");
    }

    @Test
    void aPlaceWithoutANameIsToldOf() {
        assertThatThrownBy(() -> apply(new Decode(), Shape.of(-1), numbers(DType.INT64, Shape.of(1), 3)))
                .hasMessage("classes: file 'names.txt' has no name for class 3 of output 'logits' (expected: 0 to 2)");
    }

    @Test
    void mapsHaveTheirNamesWithThem() {
        Tensor maps =
                maps(List.of(Map.of("a", 0.25f, "b", 0.5f, "c", 0.25f), Map.of("a", Float.NaN, "b", 9f, "c", 1f)));
        assertThat(texts(apply(new Decode(), Shape.of(-1), maps))).containsExactly("b", "a");
        OutputPart part = open(new TopK(2), DType.MAP, Shape.of(-1));
        assertThat(part.outputs().get(0).shape()).isEqualTo(Shape.of(-1, -1));
        List<Tensor> made = part.work().apply(maps);
        assertThat(texts(made.get(0))).containsExactly("b", "a", "a", "b");
        assertThat(doubles(made.get(1))).containsExactly(0.5, 0.25, Double.NaN, 9);
    }

    private static Tensor maps(List<Map<String, Float>> rows) {
        ByteBuffer data = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
        for (Map<String, Float> row : rows) {
            data.putInt(row.size());
            new TreeMap<>(row).forEach((key, value) -> {
                byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
                data.putInt(bytes.length).put(bytes).putFloat(value);
            });
        }
        return new Tensor(DType.MAP, Shape.of(rows.size()), data.flip());
    }

    /** Everything but what needs classes to be a row's, of every type of number, against the same in doubles. */
    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"FP16", "BF16", "FP32", "FP64", "INT64", "UINT8"})
    void everyTypeIsReadAsItsNumbers(DType dtype) {
        Tensor in = numbers(dtype, Shape.of(1, 4), 3, 250, 0, 17);
        assertThat(doubles(apply(new ArgMax(), Shape.of(-1, 4), in))).containsExactly(1);
        assertThat(doubles(apply(new Clamp(1, 16), Shape.of(-1, 4), in))).containsExactly(3, 16, 1, 16);
    }

    @Test
    void whatDoesNotFitTheModelIsRefusedAtTheLoad() {
        assertUnfit(
                new Softmax(),
                DType.FP32,
                Shape.of(-1),
                "softmax: output 'logits' is of shape [any] (expected: [rows, classes])");
        assertUnfit(
                new Softmax(), DType.STRING, Shape.of(-1, 3), "softmax: output 'logits' is STRING (expected: numbers)");
        assertUnfit(new Sigmoid(), DType.MAP, Shape.of(-1), "sigmoid: output 'logits' is MAP (expected: numbers)");
        assertUnfit(
                new TopK(5),
                DType.FP32,
                Shape.of(-1, 4),
                "classes: file 'names.txt' names 3 classes (expected: 4, as output 'logits' has)");
        assertUnfit(
                new Squeeze(),
                DType.FP32,
                Shape.ANY,
                "squeeze: output 'logits' is of shape [...] (expected: one of rows, of a known rank)");
        assertThatThrownBy(() -> new Decode().open(new TensorSpec("y", DType.INT64, Shape.of(-1)), null))
                .hasMessage("decode: output 'y' has no names (expected: classes, a file that has them)");
    }

    private static void assertUnfit(OutputSettings.Operation operation, DType dtype, Shape shape, String message) {
        assertThatThrownBy(() -> open(operation, dtype, shape))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
                .hasMessage(message);
    }
}
