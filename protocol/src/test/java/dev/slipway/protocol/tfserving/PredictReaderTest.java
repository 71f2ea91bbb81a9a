package dev.slipway.protocol.tfserving;

import static dev.slipway.protocol.Tensors.floats;
import static dev.slipway.protocol.Tensors.json;
import static dev.slipway.protocol.Tensors.longs;
import static dev.slipway.protocol.Tensors.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.Tensors;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PredictReaderTest {
    private static final Signature ONE = signature(new TensorSpec("x", DType.FP32, Shape.of(-1, 2)));
    private static final Signature TWO = signature(
            new TensorSpec("x", DType.FP32, Shape.of(-1, 2)), new TensorSpec("path/to:0", DType.INT64, Shape.of(-1)));
    private static final Signature TEXT = signature(new TensorSpec("s", DType.STRING, Shape.of(-1)));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"instances\":[[1,2],[3,4]]}",
                "{\"instances\":[{\"x\":[1,2]},{\"x\":[3,4]}]}",
                "{\"instances\" : [ [ 1.0 , 2e0 ] , [ 3 , 4 ] ] , \"unknown\": [{}, null], \"signature_name\":\"\"}",
                "{\"signature_name\":\"serving_default\",\"instances\":[[1,2],[3,4]]}"
            })
    void readsRowsOfOneInput(String body) {
        PredictRequest request = read(ONE, body);
        assertThat(request.rowFormat()).isTrue();
        assertThat(request.signature()).isEqualTo(ONE);
        assertThat(request.inputs()).containsOnlyKeys("x").containsEntry("x", floats(Shape.of(2, 2), 1, 2, 3, 4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"inputs\":[[1,2],[3,4]]}", "{\"inputs\":{\"x\":[[1,2],[3,4]]}}"})
    void readsColumnsOfOneInput(String body) {
        PredictRequest request = read(ONE, body);
        assertThat(request.rowFormat()).isFalse();
        assertThat(request.inputs()).containsEntry("x", floats(Shape.of(2, 2), 1, 2, 3, 4));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"instances\":[{\"x\":[1,2],\"path/to:0\":7},{\"path\\/to:0\":8,\"x\":[3,4]}]}",
                "{\"inputs\":{\"path/to:0\":[7,8],\"x\":[[1,2],[3,4]]}}"
            })
    void readsSeveralInputsByNameInAnyOrder(String body) {
        PredictRequest request = read(TWO, body);
        assertThat(request.inputs())
                .containsEntry("x", floats(Shape.of(2, 2), 1, 2, 3, 4))
                .containsEntry("path/to:0", longs(Shape.of(2), 7, 8));
        assertThat(request.inputs().keySet()).containsExactly("x", "path/to:0");
    }

    @Test
    void readsManyInputsInReverseOrder() {
        Signature many = signature(IntStream.range(0, 300)
                .mapToObj(i -> new TensorSpec("f" + i, DType.FP32, Shape.of(-1)))
                .toArray(TensorSpec[]::new));
        String row = IntStream.range(0, 300)
                .mapToObj(i -> "\"f%d\":%d".formatted(299 - i, 299 - i))
                .collect(Collectors.joining(",", "{", "}"));
        PredictRequest request = read(many, "{\"instances\":[" + row + "," + row + "]}");
        assertThat(request.inputs()).hasSize(300).containsEntry("f17", floats(Shape.of(2), 17, 17));
    }

    @Test
    void readsTextAndBase64BareOrByName() {
        String hello = "{\"b64\":\"aGVsbG8=\"}";
        for (String body : new String[] {
            "{\"instances\":[\"hello\"," + hello + "]}",
            "{\"instances\":[" + hello + ",\"hello\"]}",
            "{\"instances\":[{\"s\":" + hello + "},{\"s\":\"hello\"}]}",
            "{\"inputs\":[\"hello\"," + hello + "]}",
            "{\"inputs\":{\"s\":[\"hello\"," + hello + "]}}"
        }) {
            assertThat(read(TEXT, body).inputs()).containsEntry("s", strings(Shape.of(2), "hello", "hello"));
        }
        Signature scalar = signature(new TensorSpec("s", DType.STRING, Shape.SCALAR));
        assertThat(read(scalar, "{\"inputs\":" + hello + "}").inputs())
                .containsEntry("s", strings(Shape.SCALAR, "hello"));
    }

    @Test
    void tellsScalarsFromRowsOfOneElementByTheirNesting() {
        Signature vector = signature(new TensorSpec("x", DType.FP32, Shape.of(-1)));
        Signature matrix = signature(new TensorSpec("x", DType.FP32, Shape.of(-1, 1)));
        assertThat(read(vector, "{\"instances\":[1,2]}").inputs().get("x")).hasToString("FP32[2]");
        assertThat(read(matrix, "{\"instances\":[[1],[2]]}").inputs().get("x")).hasToString("FP32[2, 1]");
        assertInvalid(matrix, "{\"instances\":[1,2]}", "input 'x' has shape [2] (expected: [any, 1])");
    }

    @Test
    void readsASignatureThatIsNamedLast() {
        Signature other = new Signature("other", List.of(new TensorSpec("y", DType.INT64, Shape.of(-1))), List.of());
        for (String body : new String[] {
            "{\"instances\":[{\"y\":5}],\"signature_name\":\"other\"}",
            "{\"instances\":[5],\"signature_name\":\"other\"}",
            "{\"inputs\":{\"y\":[5]},\"z\":1,\"signature_name\":\"other\"}",
            "{\"signature_name\":\"other\",\"inputs\":[5]}"
        }) {
            PredictRequest request = PredictReader.read(json(body), name -> name.equals("other") ? other : ONE);
            assertThat(request.signature()).isEqualTo(other);
            assertThat(request.inputs()).containsEntry("y", longs(Shape.of(1), 5));
        }
    }

    @Test
    void passesOnThatASignatureIsUnknown() {
        SlipwayException unknown = new SlipwayException(ErrorCode.INVALID_ARGUMENT, "no signature 'other'");
        for (String body : new String[] {
            "{\"instances\":[[1,2]],\"signature_name\":\"other\"}", "{\"signature_name\":\"other\",\"inputs\":[[1,2]]}"
        }) {
            assertThatThrownBy(() -> PredictReader.read(json(body), name -> {
                        if (name.isEmpty()) {
                            return ONE;
                        }
                        throw unknown;
                    }))
                    .isSameAs(unknown);
        }
        assertThatThrownBy(() -> PredictReader.read(json("{\"instances\":[[1,2]]}"), name -> {
                    throw unknown;
                }))
                .isSameAs(unknown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~~ | JSON, byte 0: found the end (expected: an object)",
                "[1] | JSON, byte 0: found '[' (expected: an object)",
                "{\"instances\":[[1,2],[3,4] | JSON, byte 25: found the end (expected: ',' or ']')",
                "{\"instances\":[[1,2],]} | JSON, byte 20: found ']' (expected: a value)",
                "{\"instances\":[[1,2]]}} | JSON, byte 21: found '}' (expected: the end)",
                "{} | body has neither 'instances' nor 'inputs' (expected: exactly one of them)",
                "{\"inputs\":[[1,2]],\"instances\":[[1,2]]} |"
                        + " body has both 'instances' and 'inputs' (expected: exactly one of them)",
                "{\"inputs\":[[1,2]],\"inputs\":[[1,2]]} | body has 'inputs' twice (expected: once)",
                "{\"instances\":[]} | 'instances' is empty (expected: at least one row)",
                "{\"instances\":{\"x\":[1,2]}} | 'instances' is an object (expected: an array of rows)",
                "{\"instances\":7} | 'instances' is 7 (expected: an array of rows)",
                "{\"instances\":[[1,2],[3]]} |"
                        + " input 'x' is ragged: row 1 has 1 elements along axis 1 (expected: 2)",
                "{\"instances\":[{\"x\":[1,2]},{\"x\":[3]}]} |"
                        + " input 'x' is ragged: row 1 has 1 elements along axis 1 (expected: 2)",
                "{\"instances\":[{\"x\":[1,2]},[3,4]]} |"
                        + " row 1 of 'instances' is an array (expected: an object of 'x')",
                "{\"instances\":[[1,2],{\"x\":[3,4]}]} | input 'x' is ragged: row 1 holds an object at byte 20"
                        + " (expected: an array, as before)",
                "{\"instances\":[{\"y\":[1,2]}]} | row 0: missing input 'x'; unknown input 'y' (expected: 'x')",
                "{\"instances\":[{\"x\":[1,2]},{\"x\":[1,2],\"y\":1,\"z\":1}]} |"
                        + " row 1: unknown input 'y'; unknown input 'z' (expected: 'x')",
                "{\"instances\":[{\"x\":[1,2]},{}]} | row 1: missing input 'x' (expected: 'x')",
                "{\"instances\":[{\"x\":[1,2],\"x\":[1,2]}]} | row 0 has input 'x' twice (expected: once)",
                "{\"inputs\":{\"x\":[[1,2]],\"x\":[[1,2]]}} | 'inputs' has input 'x' twice (expected: once)",
                "{\"inputs\":{\"y\":[[1,2]]}} | missing input 'x'; unknown input 'y' (expected: 'x')",
                "{\"instances\":[[1,2,3]]} | input 'x' has shape [1, 3] (expected: [any, 2])",
                "{\"instances\":[[[1,2]]]} | input 'x' has shape [1, 1, 2] (expected: [any, 2])",
                "{\"inputs\":[1,2]} | input 'x' has shape [2] (expected: [any, 2])",
                "{\"inputs\":3} | input 'x' has shape [] (expected: [any, 2])",
                "{\"instances\":[[1,\"2\"]]} |"
                        + " input 'x' holds \"2\" at byte 17 (expected: FP32, a number within 3.4028235e38 of 0)",
                "{\"instances\":[{\"b64\":\"aGVsbG8=\"}]} |"
                        + " row 0: missing input 'x'; unknown input 'b64' (expected: 'x')",
                "{\"signature_name\":5,\"instances\":[[1,2]]} | JSON, byte 18: found '5' (expected: a string)"
            })
    void refusesBodiesThatDoNotFit(String body, String message) {
        assertInvalid(ONE, body, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"instances\":[5]} | row 0 of 'instances' is 5 (expected: an object of 'x', 'path/to:0')",
                "{\"inputs\":[5]} | 'inputs' is an array (expected: an object of 'x', 'path/to:0')",
                "{\"inputs\":{\"x\":[[1,2]]}} | missing input 'path/to:0' (expected: 'x', 'path/to:0')",
                "{\"inputs\":{}} | missing input 'x'; missing input 'path/to:0' (expected: 'x', 'path/to:0')",
                "{\"inputs\":{\"x\":[[1,2]],\"path/to:0\":[1.5]}} | input 'path/to:0' holds 1.5 at byte 36"
                        + " (expected: INT64, a whole number from -9223372036854775808 to 9223372036854775807)"
            })
    void refusesBodiesThatDoNotFitSeveralInputs(String body, String message) {
        assertInvalid(TWO, body, message);
    }

    @Test
    void refusesNestingBeyondTheRankByName() {
        Signature image = signature(new TensorSpec("image", DType.FP32, Shape.of(-1, 1, 8, 8)));
        assertInvalid(
                image,
                "{\"inputs\":[" + "[1,1,1,1,1,1,1,1],".repeat(7) + "[1,1,1,1,1,1,1,1]]}",
                "input 'image' has shape [8, 8] (expected: [any, 1, 8, 8])");
        assertInvalid(
                image,
                "{\"instances\":" + "[".repeat(100) + "]".repeat(100) + "}",
                "JSON, byte 76: found '[' (expected: nesting at most 64 deep)");
        assertInvalid(
                image,
                "{\"instances\":" + "[".repeat(40) + "1" + "]".repeat(40) + "}",
                "input 'image' has more than 32 axes at byte 45 (expected: at most 32)");
    }

    @Test
    void showsNoMoreThanTenNames() {
        Signature many = signature(IntStream.range(0, 12)
                .mapToObj(i -> new TensorSpec("f" + i, DType.FP32, Shape.of(-1)))
                .toArray(TensorSpec[]::new));
        assertInvalid(
                many,
                "{\"instances\":[5]}",
                "row 0 of 'instances' is 5 (expected: an object of"
                        + " 'f0', 'f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7', 'f8', 'f9', ...)");
    }

    private static Signature signature(TensorSpec... inputs) {
        return new Signature(Signature.DEFAULT, List.of(inputs), List.of());
    }

    private static PredictRequest read(Signature signature, String body) {
        return PredictReader.read(json(body), name -> signature);
    }

    private static void assertInvalid(Signature signature, String body, String message) {
        assertThatThrownBy(() -> PredictReader.read(Tensors.json(body), name -> signature))
                .isInstanceOf(SlipwayException.class)
                .hasMessage(message)
                .extracting(error -> ((SlipwayException) error).code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"instances\":[{\"s\":\"a\"},{\"x\":2,\"s\":null}]}",
                "{\"instances\":[{\"x\":null,\"s\":\"a\"},{\"x\":2}]}",
                "{\"inputs\":{\"x\":[null,2],\"s\":[\"a\",\"\"]}}"
            })
    void whatIsOptionalMayBeMissing(String body) {
        Signature optional = signature(
                new TensorSpec("x", DType.FP32, Shape.of(-1), false, true),
                new TensorSpec("s", DType.STRING, Shape.of(-1), false, true),
                new TensorSpec("never", DType.FP64, Shape.of(-1, 1), false, true));
        assertThat(read(optional, body).inputs())
                .isEqualTo(Map.of("x", floats(Shape.of(2), Float.NaN, 2), "s", strings(Shape.of(2), "a", "")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"instances\":[[1,null],[3,4]]}", "{\"inputs\":[[1,null],[3,4]]}"})
    void aMatrixOrItsColumnsByNameMayComeBare(String body) {
        Signature table = signature(
                new TensorSpec("matrix", DType.FP32, Shape.of(-1, 2), false, true),
                new TensorSpec("age", DType.FP32, Shape.ANY, false, true),
                new TensorSpec("job", DType.STRING, Shape.ANY, false, true));
        assertThat(read(table, body).inputs())
                .containsOnlyKeys("matrix")
                .containsEntry("matrix", floats(Shape.of(2, 2), 1, Float.NaN, 3, 4));
        assertThat(read(table, "{\"instances\":[{\"age\":41,\"job\":\"clerk\"},{\"job\":null}]}")
                        .inputs())
                .containsOnlyKeys("age", "job");
        Signature columns = signature(
                new TensorSpec("age", DType.FP32, Shape.ANY, false, true),
                new TensorSpec("job", DType.STRING, Shape.ANY, false, true));
        assertInvalid(
                columns, "{\"instances\":[1,2]}", "row 0 of 'instances' is 1 (expected: an object of 'age', 'job')");
    }

    @Test
    void aMissingRowHasTheShapeOfTheOthers() {
        Signature optional = signature(
                new TensorSpec("k", DType.INT64, Shape.of(-1)),
                new TensorSpec("x", DType.FP32, Shape.of(-1, 2), false, true));
        assertThat(read(optional, "{\"instances\":[{\"k\":1},{\"k\":2,\"x\":[3,4]}]}")
                        .inputs())
                .containsEntry("x", floats(Shape.of(2, 2), Float.NaN, Float.NaN, 3, 4));
    }

    @Test
    void readsTheSpellingsOfRapidJson() {
        assertThat(read(ONE, "{\"instances\":[[Inf,-Infinity],[-Inf,-NaN]]}").inputs())
                .containsEntry(
                        "x",
                        floats(
                                Shape.of(2, 2),
                                Float.POSITIVE_INFINITY,
                                Float.NEGATIVE_INFINITY,
                                Float.NEGATIVE_INFINITY,
                                Float.NaN));
    }
}
