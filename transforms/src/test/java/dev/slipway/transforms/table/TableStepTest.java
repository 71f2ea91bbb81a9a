package dev.slipway.transforms.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.DType;
import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.ChainFiles;
import dev.slipway.transforms.InputStep;
import dev.slipway.transforms.Numbers;
import dev.slipway.transforms.Texts;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableStepTest {
    private static final Deadline LATER = Deadline.after(Duration.ofMinutes(5), System.nanoTime());
    private static final TableColumn AGE = TableColumn.plain("age", TableColumn.Type.NUMBER, false);
    private static final TableColumn JOB = TableColumn.plain("job", TableColumn.Type.TEXT, false);

    @TempDir
    private Path folder;

    private InputStep open(String tensor, List<TableColumn> columns, TensorSpec... model) {
        return new TableInput(columns, tensor)
                .open(new ChainFiles(folder), new Signature(Signature.DEFAULT, List.of(model), List.of()));
    }

    private static TensorSpec spec(String name, DType dtype, long... dims) {
        return new TensorSpec(name, dtype, Shape.of(dims));
    }

    private static TableColumn category(Encoding.Form form, @Nullable Integer unknown, TableColumn.Missing missing) {
        return new TableColumn(
                "job",
                TableColumn.Type.CATEGORY,
                missing,
                new Encoding(form, List.of("clerk", "smith", "cook"), null, unknown),
                null);
    }

    private static Tensor numbers(double... numbers) {
        ByteBuffer data = ByteBuffer.allocate(8 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (double number : numbers) {
            data.putDouble(number);
        }
        return new Tensor(DType.FP64, Shape.of(numbers.length), data.flip());
    }

    private static Tensor wholes(long... numbers) {
        ByteBuffer data = ByteBuffer.allocate(8 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long number : numbers) {
            data.putLong(number);
        }
        return new Tensor(DType.INT64, Shape.of(numbers.length), data.flip());
    }

    private static Tensor texts(String... texts) {
        return Texts.tensor(Shape.of(texts.length), List.of(texts));
    }

    private static double[] doubles(@Nullable Tensor tensor) {
        Tensor there = Objects.requireNonNull(tensor);
        return IntStream.range(0, (int) there.elementCount())
                .mapToDouble(i -> Numbers.get(there.dtype(), there.data(), i))
                .toArray();
    }

    @Test
    void columnsLieSideBySideInTheModelsTensor() {
        TableColumn scaled = new TableColumn(
                "pay", TableColumn.Type.INTEGER, TableColumn.Missing.ERROR, null, new Scaling(false, 1000, 500));
        TableColumn sick = TableColumn.plain("sick", TableColumn.Type.BOOLEAN, false);
        TableColumn job = category(Encoding.Form.ONE_HOT, 0, TableColumn.Missing.KEPT);
        InputStep step = open("X", List.of(AGE, scaled, sick, job), spec("X", DType.FP32, -1, 6));
        assertThat(step.inputs())
                .extracting(TensorSpec::dtype)
                .containsExactly(DType.FP64, DType.INT64, DType.BOOL, DType.STRING);
        Tensor sickness = new Tensor(DType.BOOL, Shape.of(2, 1), ByteBuffer.wrap(new byte[] {0, 1}));
        Map<String, Tensor> made = step.apply(
                Map.of(
                        "age",
                        numbers(41, 7.5),
                        "pay",
                        wholes(2000, 750),
                        "sick",
                        sickness,
                        "job",
                        texts("cook", "king")),
                LATER);
        assertThat(made).containsOnlyKeys("X");
        assertThat(made.get("X").shape()).isEqualTo(Shape.of(2, 6));
        assertThat(doubles(made.get("X"))).containsExactly(41, 2, 0, 0, 0, 1, 7.5, -0.5, 1, 0, 0, 0);
    }

    @Test
    void columnsGoToInputsOfTheirNames() {
        InputStep step = open("", List.of(JOB, AGE), spec("age", DType.FP32, -1, 1), spec("job", DType.STRING, -1));
        Map<String, Tensor> made = step.apply(Map.of("age", numbers(41), "job", texts("clerk")), LATER);
        assertThat(made.get("age").shape()).isEqualTo(Shape.of(1, 1));
        assertThat(made.get("age").dtype()).isEqualTo(DType.FP32);
        assertThat(made.get("job").shape()).isEqualTo(Shape.of(1));
    }

    @Test
    void wholeNumbersStayExact() {
        TableColumn id = TableColumn.plain("id", TableColumn.Type.INTEGER, false);
        InputStep step = open("", List.of(id), spec("id", DType.INT64, -1, 1));
        long exact = (1L << 60) + 1;
        Tensor made = Objects.requireNonNull(
                step.apply(Map.of("id", wholes(exact)), LATER).get("id"));
        assertThat(made.data().getLong()).isEqualTo(exact);
        assertThat(made.shape()).isEqualTo(Shape.of(1, 1));
    }

    @Test
    void whatIsMissingIsFilledOrHandedOn() {
        TableColumn filled =
                new TableColumn("age", TableColumn.Type.NUMBER, new TableColumn.Missing(true, 38.0), null, null);
        TableColumn kept = TableColumn.plain("pay", TableColumn.Type.INTEGER, true);
        TableColumn job = category(Encoding.Form.INDEX, null, new TableColumn.Missing(true, "smith"));
        InputStep step = open("", List.of(filled, kept, job), spec("X", DType.FP64, -1, 3));
        assertThat(step.inputs()).allMatch(TensorSpec::optional);
        assertThat(doubles(step.apply(Map.of("pay", numbers(Double.NaN, 5), "job", texts("", "clerk")), LATER)
                        .get("X")))
                .containsExactly(38, Double.NaN, 1, 38, 5, 0);
    }

    @Test
    void categoriesMayBeReadFromAFile() throws Exception {
        Files.writeString(folder.resolve("jobs.txt"), "clerk\nsmith\n");
        TableColumn job = new TableColumn(
                "job",
                TableColumn.Type.CATEGORY,
                TableColumn.Missing.ERROR,
                new Encoding(Encoding.Form.INDEX, List.of(), Path.of("jobs.txt"), -1),
                null);
        InputStep step = open("", List.of(job), spec("job", DType.INT64, -1));
        assertThat(doubles(
                        step.apply(Map.of("job", texts("smith", "king")), LATER).get("job")))
                .containsExactly(1, -1);
    }

    @Test
    void whatIsWrongIsToldWithColumnAndRow() {
        TableColumn whole = TableColumn.plain("n", TableColumn.Type.INTEGER, true);
        TableColumn job = category(Encoding.Form.INDEX, null, TableColumn.Missing.KEPT);
        InputStep step = open("", List.of(AGE, whole, job), spec("X", DType.FP32, -1, 3));
        assertInvalid(
                step,
                numbers(1),
                numbers(1, 2),
                texts("cook"),
                "column 'n' has 2 rows (expected: 1, as column 'age' has)");
        assertInvalid(
                step,
                numbers(1, Double.NaN),
                numbers(1, 2),
                texts("cook", "cook"),
                "column 'age', row 1 is missing (expected: a number)");
        assertInvalid(
                step, numbers(1), numbers(2.5), texts("cook"), "column 'n', row 0 is 2.5 (expected: a whole number)");
        assertInvalid(
                step,
                numbers(1),
                numbers(2),
                texts("king"),
                "column 'job', row 0 is 'king' (expected: one of 'clerk', 'smith', 'cook')");
        assertInvalid(
                step,
                numbers(1),
                numbers(2),
                texts(""),
                "column 'job', row 0 is missing (expected: one of its categories)");
        Tensor wide = new Tensor(DType.FP64, Shape.of(1, 2), ByteBuffer.allocate(16));
        assertInvalid(
                step, wide, numbers(2), texts("cook"), "column 'age' has shape [1, 2] (expected: [rows] or [rows, 1])");
    }

    private static void assertInvalid(InputStep step, Tensor age, Tensor n, Tensor job, String message) {
        assertThatThrownBy(() -> step.apply(Map.of("age", age, "n", n, "job", job), LATER))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessage(message);
    }

    @Test
    void aNumberThatTheModelCanNotHoldIsRefused() {
        InputStep step =
                open("", List.of(TableColumn.plain("n", TableColumn.Type.INTEGER, false)), spec("n", DType.INT32, -1));
        assertThat(doubles(step.apply(Map.of("n", wholes(Integer.MIN_VALUE, Integer.MAX_VALUE)), LATER)
                        .get("n")))
                .containsExactly(Integer.MIN_VALUE, Integer.MAX_VALUE);
        assertThatThrownBy(() -> step.apply(Map.of("n", wholes(1L << 31)), LATER))
                .hasMessageContaining("column 'n', row 0 is 2.147483648E9 (expected: a number that INT32 has)");
    }

    @Test
    void whatDoesNotFitTheModelIsRefusedAtTheLoad() {
        assertUnfit(
                "1 columns make 1 elements a row (expected: [any, 4], as the model's input 'X' takes)",
                List.of(AGE),
                spec("X", DType.FP32, -1, 4));
        assertUnfit(
                "column 'job' is text (expected: numbers, as categories make, as the model's input 'X' takes)",
                List.of(JOB),
                spec("X", DType.FP32, -1, 1));
        assertUnfit(
                "no column for the model's 'b' (expected: a column for each input)",
                List.of(AGE),
                spec("age", DType.FP32, -1),
                spec("b", DType.FP32, -1));
        assertUnfit(
                "tensor '' is not the model's only input (expected: a column 'a', a column 'b')",
                List.of(AGE),
                spec("a", DType.FP32, -1),
                spec("b", DType.FP32, -1));
    }

    private void assertUnfit(String message, List<TableColumn> columns, TensorSpec... model) {
        assertThatThrownBy(() -> open("", columns, model))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
                .hasMessage("table: " + message);
    }

    /** Far more is asked for than what was sent: a million rows of ten thousand categories. */
    @Test
    void whatGrowsTooLargeIsRefusedBeforeItIsMade() {
        List<String> many =
                IntStream.range(0, 10_000).mapToObj(Integer::toString).toList();
        TableColumn job = new TableColumn(
                "job",
                TableColumn.Type.CATEGORY,
                TableColumn.Missing.KEPT,
                new Encoding(Encoding.Form.ONE_HOT, many, null, 0),
                null);
        InputStep step = open("", List.of(job), spec("job", DType.FP32, -1, 10_000));
        Tensor empty = new Tensor(DType.STRING, Shape.of(1_000_000), ByteBuffer.allocate(4_000_000));
        assertThatThrownBy(() -> step.apply(Map.of("job", empty), LATER))
                .hasMessage("1000000 rows of 10000 numbers for input 'job' (expected: at most 256 MiB)");
    }
}
