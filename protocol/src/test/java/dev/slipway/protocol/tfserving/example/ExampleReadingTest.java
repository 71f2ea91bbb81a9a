package dev.slipway.protocol.tfserving.example;

import static dev.slipway.protocol.Tensors.bytes;
import static dev.slipway.protocol.Tensors.floats;
import static dev.slipway.protocol.Tensors.json;
import static dev.slipway.protocol.Tensors.longs;
import static dev.slipway.protocol.Tensors.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.proto.tensorflow.BytesList;
import dev.slipway.protocol.proto.tensorflow.Example;
import dev.slipway.protocol.proto.tensorflow.Feature;
import dev.slipway.protocol.proto.tensorflow.Features;
import dev.slipway.protocol.proto.tensorflow.FloatList;
import dev.slipway.protocol.proto.tensorflow.Int64List;
import dev.slipway.protocol.proto.tensorflow.serving.ExampleList;
import dev.slipway.protocol.proto.tensorflow.serving.ExampleListWithContext;
import dev.slipway.protocol.proto.tensorflow.serving.Input;
import dev.slipway.protocol.wire.WireReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExampleReadingTest {
    private static final long ROOM = 1 << 20;
    private static final Signature TABLE = signature(
            new TensorSpec("age", DType.INT64, Shape.of(-1)),
            new TensorSpec("xs", DType.FP32, Shape.of(-1, 2)),
            new TensorSpec("job", DType.STRING, Shape.of(-1, 1)));
    private static final Map<String, Tensor> TWO_ROWS = Map.of(
            "age", longs(Shape.of(2), 41, 7),
            "xs", floats(Shape.of(2, 2), 1, 2, 3.5f, 4),
            "job", strings(Shape.of(2, 1), "clerk", "page"));

    private static Signature signature(TensorSpec... inputs) {
        return new Signature(Signature.DEFAULT, List.of(inputs), List.of());
    }

    private static Feature ints(long... values) {
        Int64List.Builder list = Int64List.newBuilder();
        for (long value : values) {
            list.addValue(value);
        }
        return Feature.newBuilder().setInt64List(list).build();
    }

    private static Feature reals(float... values) {
        FloatList.Builder list = FloatList.newBuilder();
        for (float value : values) {
            list.addValue(value);
        }
        return Feature.newBuilder().setFloatList(list).build();
    }

    private static Feature texts(String... values) {
        BytesList.Builder list = BytesList.newBuilder();
        for (String value : values) {
            list.addValue(ByteString.copyFromUtf8(value));
        }
        return Feature.newBuilder().setBytesList(list).build();
    }

    private static Example example(Map<String, Feature> features) {
        return Example.newBuilder()
                .setFeatures(Features.newBuilder().putAllFeature(features))
                .build();
    }

    private static Input list(Example... examples) {
        return Input.newBuilder()
                .setExampleList(ExampleList.newBuilder().addAllExamples(List.of(examples)))
                .build();
    }

    private static Input withContext(Example context, Example... examples) {
        return Input.newBuilder()
                .setExampleListWithContext(
                        ExampleListWithContext.newBuilder().setContext(context).addAllExamples(List.of(examples)))
                .build();
    }

    private static ExampleRequest read(Signature signature, Input input) {
        return read(signature, input, ROOM);
    }

    private static ExampleRequest read(Signature signature, Input input, long bytesMax) {
        return WireExamples.read(new WireReader("Input", ByteBuffer.wrap(input.toByteArray())), signature, bytesMax);
    }

    private static ExampleRequest read(Signature signature, String body) {
        return JsonExamples.read(json(body), name -> signature, ROOM);
    }

    @Test
    void featuresBecomeTheInputsOfTheirNames() {
        ExampleRequest request = read(
                TABLE,
                list(
                        example(Map.of("age", ints(41), "xs", reals(1, 2), "job", texts("clerk"), "other", ints(9))),
                        example(Map.of("job", texts("page"), "xs", reals(3.5f, 4), "age", reals(7)))));
        assertThat(request.examples()).isEqualTo(2);
        assertThat(request.inputs()).isEqualTo(TWO_ROWS);
        assertThat(read(TABLE, """
                {"examples": [{"age": 41, "xs": [1, 2.0], "job": "clerk", "other": [[1]]},
                              {"job": ["page"], "age": [7.0], "xs": [3.5, 4]}]}""")).isEqualTo(request);
    }

    @Test
    void theContextFillsWhatAnExampleLacks() {
        ExampleRequest request = read(
                TABLE,
                withContext(
                        example(Map.of("age", ints(41), "job", texts("page"))),
                        example(Map.of("xs", reals(1, 2), "job", texts("clerk"))),
                        example(Map.of("xs", reals(3.5f, 4), "age", ints(7)))));
        assertThat(request.inputs()).isEqualTo(TWO_ROWS);
        assertThat(read(TABLE, """
                {"examples": [{"xs": [1, 2], "job": "clerk"}, {"xs": [3.5, 4], "age": 7}],
                 "context": {"age": 41, "job": "page"}}""")).isEqualTo(request);
    }

    @Test
    void numbersTurnWhereNothingIsLost() {
        Signature narrow = signature(
                new TensorSpec("b", DType.BOOL, Shape.of(-1)),
                new TensorSpec("u8", DType.UINT8, Shape.of(-1)),
                new TensorSpec("d", DType.FP64, Shape.of(-1)));
        ExampleRequest request =
                read(narrow, list(example(Map.of("b", ints(1), "u8", reals(255), "d", ints(1L << 52)))));
        assertThat(request.inputs().get("b").data().get()).isEqualTo((byte) 1);
        assertThat(request.inputs().get("u8").data().get()).isEqualTo((byte) 255);
        assertThat(request.inputs().get("d").data().getDouble()).isEqualTo(0x1p52);
        assertThat(read(narrow, "{\"examples\": [{\"b\": true, \"u8\": 255.0, \"d\": 4503599627370496}]}"))
                .isEqualTo(request);
    }

    static void assertRefused(String message, Runnable reading) {
        assertThatThrownBy(reading::run)
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining(message);
    }

    @Test
    void whatDoesNotFitIsRefusedByName() {
        Feature xs = reals(1, 2);
        Feature job = texts("clerk");
        assertRefused(
                "example 1 lacks feature 'age'",
                () -> read(
                        TABLE,
                        list(
                                example(Map.of("age", ints(1), "xs", xs, "job", job)),
                                example(Map.of("xs", xs, "job", job)))));
        assertRefused(
                "feature 'xs' has 3 values (expected: 2",
                () -> read(TABLE, list(example(Map.of("age", ints(1), "xs", reals(1, 2, 3), "job", job)))));
        assertRefused(
                "feature 'age' has a bytes_list (expected: INT64",
                () -> read(TABLE, list(example(Map.of("age", job, "xs", xs, "job", job)))));
        assertRefused(
                "feature 'age' has the float 1.5",
                () -> read(TABLE, list(example(Map.of("age", reals(1.5f), "xs", xs, "job", job)))));
        assertRefused(
                "feature 'xs' has 16777217",
                () -> read(TABLE, list(example(Map.of("age", ints(1), "xs", ints(1, 16777217), "job", job)))));
        assertRefused(
                "feature 'job' has an int64_list",
                () -> read(TABLE, list(example(Map.of("age", ints(1), "xs", xs, "job", ints(3))))));
        assertRefused("Input is empty", () -> read(TABLE, Input.getDefaultInstance()));
        assertRefused("Input is empty", () -> read(TABLE, withContext(example(Map.of("age", ints(1))))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{}; no 'examples'",
                "{\"examples\": []}; 'examples' is empty",
                "{\"examples\": {}}; 'examples' is an object",
                "{\"examples\": [3]}; example 0 is 3",
                "{\"examples\": [{}], \"examples\": []}; 'examples' twice",
                "{\"examples\": [{\"age\": \"x\"}]}; feature 'age' holds \"x\"",
                "{\"examples\": [{\"age\": 1.5}]}; feature 'age' holds 1.5",
                "{\"examples\": [{\"age\": [[1]]}]}; feature 'age' holds an array",
                "{\"examples\": [{\"age\": 1, \"xs\": [1, 2]}]}; example 0 lacks feature 'job'",
                "{\"examples\": [{}], \"context\": 3}; 'context' is 3",
            })
    void bodiesThatDoNotFitAreRefused(String body, String message) {
        assertRefused(message, () -> read(TABLE, body));
    }

    @Test
    void aMissingOptionalFeatureIsNaNOrEmptyAndAnInputThatNobodyGivesIsLeftOut() {
        Signature optional = signature(
                new TensorSpec("x", DType.FP32, Shape.of(-1), false, true),
                new TensorSpec("s", DType.STRING, Shape.of(-1), false, true),
                new TensorSpec("never", DType.FP32, Shape.of(-1), false, true));
        ExampleRequest request = read(optional, list(example(Map.of("s", texts("a"))), example(Map.of("x", reals(2)))));
        assertThat(request.inputs())
                .isEqualTo(Map.of("x", floats(Shape.of(2), Float.NaN, 2), "s", strings(Shape.of(2), "a", "")));
        assertThat(read(optional, "{\"examples\": [{\"s\": \"a\", \"x\": null}, {\"x\": 2}]}"))
                .isEqualTo(request);
    }

    @Test
    void oneOpenSizeFollowsFromTheFirstExample() {
        Signature open = signature(new TensorSpec("t", DType.INT64, Shape.of(-1, 2, -1)));
        assertThat(read(open, list(example(Map.of("t", ints(1, 2, 3, 4)))))
                        .inputs()
                        .get("t"))
                .isEqualTo(longs(Shape.of(1, 2, 2), 1, 2, 3, 4));
        assertRefused("a multiple of 2", () -> read(open, list(example(Map.of("t", ints(1, 2, 3))))));
        assertRefused(
                "example 1: feature 't' has 4 values (expected: 2",
                () -> read(open, list(example(Map.of("t", ints(1, 2))), example(Map.of("t", ints(1, 2, 3, 4))))));
        assertRefused(
                "at most one open size",
                () -> read(
                        signature(new TensorSpec("i", DType.FP32, Shape.of(-1, 3, -1, -1))),
                        list(example(Map.of("i", reals(1))))));
    }

    @Test
    void aModelThatParsesExamplesItselfGetsThemSerialized() throws InvalidProtocolBufferException {
        Signature parsing = signature(new TensorSpec("input_example_tensor", DType.STRING, Shape.of(-1)));
        Example context = example(Map.of("c", ints(3)));
        Example first = example(Map.of("x", reals(0.5f)));
        Example second = example(Map.of("c", texts("own")));
        ExampleRequest request = read(parsing, withContext(context, first, second));
        byte[] joined = context.toByteString().concat(first.toByteString()).toByteArray();
        assertThat(request.inputs())
                .isEqualTo(Map.of(
                        "input_example_tensor",
                        bytes(
                                Shape.of(2),
                                joined,
                                context.toByteString()
                                        .concat(second.toByteString())
                                        .toByteArray())));
        assertThat(Example.parseFrom(joined).getFeatures().getFeatureMap()).containsOnlyKeys("c", "x");
        assertThat(read(parsing, "{\"examples\": [{\"x\": 0.5}, {\"c\": \"own\"}], \"context\": {\"c\": 3}}"))
                .isEqualTo(request);
    }

    @Test
    void aTextInputIsFilledByTheFeatureOfItsName() {
        Signature text = signature(new TensorSpec("text", DType.STRING, Shape.of(-1)));
        assertThat(read(text, list(example(Map.of("text", texts("hello")))))
                        .inputs()
                        .get("text"))
                .isEqualTo(strings(Shape.of(1), "hello"));
        assertThat(read(text, "{\"examples\": [{\"text\": {\"b64\": \"aGVs\\nbG8=\"}}]}")
                        .inputs()
                        .get("text"))
                .isEqualTo(strings(Shape.of(1), "hello"));
    }

    @Test
    void serializedExamplesOfJsonHaveOneKindAFeature() {
        Signature parsing = signature(new TensorSpec("inputs", DType.STRING, Shape.of(-1)));
        assertRefused(
                "feature 'x' has INT64_LIST (expected: FLOAT_LIST",
                () -> read(parsing, "{\"examples\": [{\"x\": [1.5, 2]}]}"));
        assertRefused("feature 'x' has null", () -> read(parsing, "{\"examples\": [{\"x\": null}]}"));
        assertRefused("feature 'x' has an array", () -> read(parsing, "{\"examples\": [{\"x\": [[1]]}]}"));
    }

    @Test
    void aContextThatManyExamplesRepeatTakesNoMoreThanItMay() {
        Signature parsing = signature(new TensorSpec("inputs", DType.STRING, Shape.of(-1)));
        Example context = example(Map.of("c", texts("x".repeat(1000))));
        Example[] examples = new Example[1000];
        Arrays.fill(examples, Example.getDefaultInstance());
        assertThatThrownBy(() -> read(parsing, withContext(context, examples), 100_000))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED));
        Signature column = signature(new TensorSpec("c", DType.STRING, Shape.of(-1)));
        assertThatThrownBy(() -> read(column, withContext(context, examples), 100_000))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED));
    }

    @Test
    void everyPrefixOfAMessageIsRefusedOrReadAsOneWithFewerExamples() {
        byte[] whole = withContext(
                        example(Map.of("age", ints(41))), example(Map.of("xs", reals(1, 2), "job", texts("clerk"))))
                .toByteArray();
        for (int length = 0; length < whole.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(whole, 0, length);
            assertThatThrownBy(() -> WireExamples.read(new WireReader("Input", cut), TABLE, ROOM))
                    .isInstanceOf(SlipwayException.class);
        }
    }
}
