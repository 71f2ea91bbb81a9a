package dev.slipway.protocol.openinference;

import static dev.slipway.protocol.Tensors.floats;
import static dev.slipway.protocol.Tensors.json;
import static dev.slipway.protocol.Tensors.strings;
import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InferReaderTest {
    private static final TensorSpec X = new TensorSpec("x", DType.FP32, Shape.of(-1, 2));
    private static final TensorSpec S = new TensorSpec("s", DType.STRING, Shape.of(-1));
    private static final TensorSpec B = new TensorSpec("b", DType.BOOL, Shape.of(-1));
    private static final Signature ONE = new Signature(Signature.DEFAULT, List.of(X), List.of(X, S));
    private static final Signature TWO = new Signature(Signature.DEFAULT, List.of(X, S), List.of(X));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"x\",\"shape\":[2,2],\"datatype\":\"FP32\",\"data\":[1,2,3,4]}",
                "{\"name\":\"x\",\"shape\":[2,2],\"datatype\":\"FP32\",\"data\":[[1,2],[3,4]]}",
                "{\"data\":[1,2,3,4],\"datatype\":\"FP32\",\"shape\":[2,2],\"name\":\"x\"}",
                "{\"datatype\":\"FP32\",\"data\":[[1,2],[3,4]],\"unknown\":{},\"shape\":[2,2],\"name\":\"x\"}",
                "{\"name\":\"x\",\"data\":[[[1],[2]],[[3],[4]]],\"shape\":[2,2],\"datatype\":\"FP32\",\"parameters\":{}}"
            })
    void readsAnInputWhateverTheOrderOfItsKeysAndTheNestingOfItsData(String input) {
        InferRequest request = read(ONE, "{\"inputs\":[" + input + "]}");
        assertThat(request.inputs()).containsOnlyKeys("x").containsEntry("x", floats(Shape.of(2, 2), 1, 2, 3, 4));
        assertThat(request.id()).isNull();
        assertThat(request.outputs()).isEmpty();
        assertThat(request.isBinary("x")).isFalse();
    }

    @Test
    void readsThePlaceInTheLine() {
        String input = "{\"name\":\"x\",\"shape\":[0,2],\"datatype\":\"FP32\",\"data\":[]}";
        String body = "{\"parameters\":{%s},\"inputs\":[" + input + "]}";
        assertThat(read(ONE, body.formatted("\"priority\":2,\"timeout\":1500")).schedule())
                .isEqualTo(new Schedule(2, 1500));
        assertThat(read(ONE, body.formatted("")).schedule()).isEqualTo(Schedule.DEFAULT);
        assertThatThrownBy(() -> read(ONE, body.formatted("\"priority\":-1")))
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining("parameter 'priority' is -1 (expected: >= 0)");
    }

    @Test
    void readsSeveralInputsAndEverythingAround() {
        InferRequest request = read(
                TWO,
                "{\"model_name\":\"m\",\"outputs\":[{\"name\":\"x\"}],\"id\":\"42\",\"inputs\":["
                        + "{\"data\":[\"a\",\"\"],\"name\":\"s\",\"shape\":[2],\"datatype\":\"BYTES\"},"
                        + "{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[0,2],\"data\":[]}],"
                        + "\"parameters\":{\"binary_data_output\":true,\"priority\":1}}");
        assertThat(request.id()).isEqualTo("42");
        assertThat(request.inputs().keySet()).containsExactly("s", "x");
        assertThat(request.inputs())
                .containsEntry("s", strings(Shape.of(2), "a", ""))
                .containsEntry("x", floats(Shape.of(0, 2)));
        assertThat(request.outputs()).containsExactly(new InferRequest.Output("x", true));
        assertThat(request.outputNames()).containsExactly("x");
        assertThat(request.binaryByDefault()).isTrue();
    }

    @Test
    void takesNullForWhatIsOptional() {
        InferRequest request = read(
                ONE,
                "{\"id\":null,\"parameters\":null,\"outputs\":null,\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],"
                        + "\"datatype\":\"FP32\",\"parameters\":null,\"data\":[1,2]}]}");
        assertThat(request.inputs()).containsEntry("x", floats(Shape.of(1, 2), 1, 2));
    }

    @Test
    void anOutputsOwnWordOnBinaryDataGoesBeforeTheDefault() {
        InferRequest request = read(
                ONE,
                "{\"outputs\":[{\"name\":\"x\",\"parameters\":{\"binary_data\":false}},"
                        + "{\"parameters\":{\"classification\":0},\"name\":\"s\"}],"
                        + "\"parameters\":{\"binary_data_output\":true},\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],"
                        + "\"datatype\":\"FP32\",\"data\":[1,2]}]}");
        assertThat(request.isBinary("x")).isFalse();
        assertThat(request.isBinary("s")).isTrue();
        assertThat(request.isBinary("s/0")).isTrue();
        assertThat(request.isBinary("x/0")).isFalse();
    }

    @Test
    void viewsBinaryDataInTheBodyWithoutACopy() {
        String header = "{\"inputs\":[{\"name\":\"s\",\"shape\":[1],\"datatype\":\"BYTES\","
                + "\"parameters\":{\"binary_data_size\":6}},{\"parameters\":{\"binary_data_size\":8},"
                + "\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\"}]}";
        byte[] bytes = header.getBytes(UTF_8);
        for (boolean direct : new boolean[] {false, true}) {
            int size = 3 + bytes.length + 14;
            ByteBuffer body = direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
            body.position(3).put(bytes);
            body.put(strings(Shape.of(1), "hi").data());
            body.put(floats(Shape.of(1, 2), 1, 2).data());
            body.position(3);
            InferRequest request = InferReader.read(body, bytes.length, TWO);
            assertThat(body.position()).isEqualTo(3);
            assertThat(request.inputs())
                    .containsEntry("s", strings(Shape.of(1), "hi"))
                    .containsEntry("x", floats(Shape.of(1, 2), 1, 2));
            // What is changed in the body shows in the tensor.
            body.put(size - 8, new byte[8]);
            assertThat(request.inputs()).containsEntry("x", floats(Shape.of(1, 2), 0, 0));
        }
    }

    @Test
    void mixesJsonAndBinaryData() {
        String header = "{\"inputs\":[{\"name\":\"s\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"a\"]},"
                + "{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":8}}]}";
        ByteBuffer body = withBinary(header, floats(Shape.of(1, 2), 1, 2).data());
        assertThat(InferReader.read(body, header.length(), TWO).inputs())
                .containsEntry("x", floats(Shape.of(1, 2), 1, 2))
                .containsEntry("s", strings(Shape.of(1), "a"));
    }

    @Test
    void readsTheRawDataOfTheOnlyInput() {
        ByteBuffer body = floats(Shape.of(4), 1, 2, 3, 4).data();
        InferRequest request = InferReader.read(body, 0, ONE);
        assertThat(request.inputs()).containsEntry("x", floats(Shape.of(2, 2), 1, 2, 3, 4));
        assertThat(request.isBinary("x")).isTrue();
        assertThat(raw(new TensorSpec("x", DType.FP32, Shape.of(-1, -1, 2)), body))
                .hasToString("FP32[1, 2, 2]");
        assertThat(raw(new TensorSpec("x", DType.FP32, Shape.of(2, 2)), body)).hasToString("FP32[2, 2]");
        assertThat(raw(S, json("héllo"))).isEqualTo(strings(Shape.of(1), "héllo"));
        assertThat(raw(new TensorSpec("s", DType.STRING, Shape.of(-1, 1)), json("")))
                .isEqualTo(strings(Shape.of(1, 1), ""));
        assertThat(raw(new TensorSpec("s", DType.STRING, Shape.ANY), json("a"))).hasToString("STRING[1]");
    }

    @Test
    void refusesRawDataWhoseShapeDoesNotFollow() {
        ByteBuffer body = ByteBuffer.allocate(12);
        assertInvalid(
                () -> InferReader.read(body, 0, TWO),
                "body is raw data (expected: a JSON header, as there are 2 inputs: 'x', 's')");
        assertInvalid(
                () -> raw(X, body), "input 'x' has 12 bytes of data (expected: a multiple of 8 for FP32[any, 2])");
        assertInvalid(
                () -> raw(new TensorSpec("x", DType.FP32, Shape.of(2, 2)), body),
                "input 'x' has 12 bytes of data (expected: 16 for FP32[2, 2])");
        assertInvalid(
                () -> raw(new TensorSpec("x", DType.FP32, Shape.of(-1, -1, -1)), body),
                "input 'x' of shape [any, any, any] is given as raw data"
                        + " (expected: a JSON header that tells its shape)");
        assertInvalid(
                () -> raw(new TensorSpec("x", DType.FP32, Shape.ANY), body),
                "input 'x' of shape [...] is given as raw data (expected: a JSON header that tells its shape)");
        assertInvalid(
                () -> raw(new TensorSpec("x", DType.FP32, Shape.of(-1, 0)), body),
                "input 'x' has 12 bytes of data (expected: a multiple of 0 for FP32[any, 0])");
        assertInvalid(
                () -> raw(new TensorSpec("s", DType.STRING, Shape.of(-1, 2)), body),
                "input 's' of shape [any, 2] is given as raw data"
                        + " (expected: a JSON header, as raw text is one element)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~~ | JSON, byte 0: found the end (expected: an object)",
                "{\"inputs\":[{\"name\":\"x\" | JSON, byte 22: found the end (expected: ',' or '}')",
                "{} | body has no 'inputs' (expected: 'x')",
                "{\"inputs\":[]} | missing input 'x' (expected: 'x')",
                "{\"inputs\":[],\"inputs\":[]} | body has 'inputs' twice (expected: once)",
                "{\"inputs\":{}} | JSON, byte 10: found '{' (expected: an array)",
                "{\"inputs\":[{}]} | inputs[0] has no 'name' (expected: name, shape, datatype, and data)",
                "{\"id\":7} | JSON, byte 6: found '7' (expected: a string)"
            })
    void refusesBodiesThatAreNoRequest(String body, String message) {
        assertInvalid(() -> read(ONE, body), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'name':'y','shape':[1,2],'datatype':'FP32','data':[1,2] | unknown input 'y' (expected: 'x')",
                "'shape':[1,2],'datatype':'FP32','data':[1,2],'name':'y' | unknown input 'y' (expected: 'x')",
                "'name':'x','datatype':'FP32','data':[1,2] |"
                        + " input 'x' has no 'shape' (expected: name, shape, datatype, and data)",
                "'name':'x','shape':[1,2],'data':[1,2] |"
                        + " input 'x' has no 'datatype' (expected: name, shape, datatype, and data)",
                "'name':'x','shape':[1,2],'datatype':'FP32' |"
                        + " input 'x' has neither 'data' nor 'binary_data_size' (expected: one of them)",
                "'name':'x','shape':[1,2],'datatype':'FP32','data':[1,2],'parameters':{'binary_data_size':8} |"
                        + " input 'x' has both 'data' and 'binary_data_size' (expected: one of them)",
                "'name':'x','shape':[1,2],'datatype':'FP64','data':[1,2] |"
                        + " input 'x' has datatype FP64 (expected: FP32)",
                "'name':'x','shape':[1,2],'datatype':'FLOAT','data':[1,2] |"
                        + " input 'x' has datatype FLOAT (expected: FP32)",
                "'name':'x','shape':[1,2],'datatype':'BYTES','data':[1,2] |"
                        + " input 'x' has datatype BYTES (expected: FP32)",
                "'name':'x','shape':[2],'datatype':'FP32','data':[1,2] |"
                        + " input 'x' has shape [2] (expected: [any, 2])",
                "'name':'x','shape':[1,3],'datatype':'FP32','data':[1,2] |"
                        + " input 'x' has shape [1, 3] (expected: [any, 2])",
                "'name':'x','shape':[-1,2],'datatype':'FP32','data':[1,2] |"
                        + " inputs[0] has size -1 in 'shape' at byte 32 (expected: at most 32 sizes of at least 0)",
                "'name':'x','shape':[1.5,2],'datatype':'FP32','data':[1,2] |"
                        + " JSON, byte 32: found 1.5 (expected: a whole number within 64 bits)",
                "'name':'x','shape':[2,2],'datatype':'FP32','data':[1,2,3] | input 'x' has data of shape [3]"
                        + " (expected: [2, 2], or 4 elements in one array)",
                "'name':'x','shape':[3,2],'datatype':'FP32','data':[[1,2,3],[4,5,6]] |"
                        + " input 'x' has data of shape [2, 3] (expected: [3, 2], or 6 elements in one array)",
                "'name':'x','shape':[2,2],'datatype':'FP32','data':[[1,2],[3]] |"
                        + " input 'x' is ragged: row 1 has 1 elements along axis 1 (expected: 2)",
                "'name':'x','shape':[1,2],'datatype':'FP32','data':[1,'2'] | input 'x' holds \"2\" at byte 65"
                        + " (expected: FP32, a number within 3.4028235e38 of 0)",
                "'name':'x','shape':[1,2],'datatype':'FP32','parameters':{'binary_data_size':8} |"
                        + " input 'x' has binary_data_size 8 (expected: at most 0, what is left of the body)",
                "'name':'x','shape':[1,2],'datatype':'FP32','parameters':{'binary_data_size':-8} |"
                        + " inputs[0] has binary_data_size -8 at byte 88 (expected: at least 0)"
            })
    void refusesInputsThatDoNotFit(String input, String message) {
        assertInvalid(() -> read(ONE, "{\"inputs\":[{" + input.replace('\'', '"') + "}]}"), message);
    }

    @Test
    void refusesInputsThatAreDoubledOrMissing() {
        String x = "{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}";
        assertInvalid(
                () -> read(TWO, "{\"inputs\":[" + x + "," + x + "]}"), "input 'x' is given twice (expected: once)");
        assertInvalid(() -> read(TWO, "{\"inputs\":[" + x + "]}"), "missing input 's' (expected: 'x', 's')");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | outputs[0] has no 'name' (expected: one of 'x', 's')",
                "{\"name\":\"z\"} | unknown output 'z' (expected: 'x', 's')",
                "{\"name\":\"x\"},{\"name\":\"x\"} | output 'x' is requested twice (expected: once)"
            })
    void refusesOutputsThatThereAreNot(String outputs, String message) {
        assertInvalid(() -> read(ONE, "{\"inputs\":[],\"outputs\":[" + outputs + "]}"), message);
    }

    private static final String SHARED =
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"parameters\":{%s}}]}";

    @Test
    void saysThatSharedMemoryIsOff() {
        assertThatThrownBy(() ->
                        read(ONE, SHARED.formatted("\"shared_memory_region\":\"r\",\"shared_memory_byte_size\":8")))
                .hasMessage(
                        "system shared memory is off (expected: a server started with --enable_system_shared_memory)")
                .extracting(error -> ((SlipwayException) error).code())
                .isEqualTo(ErrorCode.UNIMPLEMENTED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"shared_memory_region\":\"r\" | input 'x' has no parameter shared_memory_byte_size (expected: both"
                        + " shared_memory_region and shared_memory_byte_size, or neither)",
                "\"shared_memory_byte_size\":8 | input 'x' has no parameter shared_memory_region (expected: both"
                        + " shared_memory_region and shared_memory_byte_size, or neither)",
                "\"shared_memory_region\":\"r\",\"shared_memory_byte_size\":-1 | shared_memory_offset 0 and"
                        + " shared_memory_byte_size -1 (expected: >= 0)",
                "\"shared_memory_region\":\"r\",\"shared_memory_byte_size\":8,\"binary_data_size\":8 | input 'x' lies in"
                        + " shared memory and has data in the request, too (expected: one of them)"
            })
    void refusesPartsOfAPlaceInSharedMemory(String parameters, String message) {
        assertInvalid(() -> read(ONE, SHARED.formatted(parameters)), message);
    }

    @Test
    void boundsWhatARequestTakesOutOfSharedMemory() {
        assertThatThrownBy(() -> read(
                        ONE, SHARED.formatted("\"shared_memory_region\":\"r\",\"shared_memory_byte_size\":9000000000")))
                .extracting(error -> ((SlipwayException) error).code())
                .isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
    }

    @Test
    void readsHowManyClassesAreWanted() {
        InferRequest request = read(
                ONE,
                "{\"outputs\":[{\"name\":\"x\",\"parameters\":{\"classification\":3}},{\"name\":\"s\"}],\"inputs\":"
                        + "[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]}");
        assertThat(request.forms()).containsOnly(Map.entry("x", new OutputForm(3, null)));
    }

    @Test
    void passesOverParametersThatItDoesNotKnow() {
        InferRequest request = read(
                ONE,
                "{\"parameters\":{\"a\":\"b\",\"c\":1.5,\"d\":18446744073709551615,\"e\":true,\"f\":null},\"inputs\":"
                        + "[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"parameters\":{\"g\":{\"h\":[1]}},"
                        + "\"data\":[1,2]}]}");
        assertThat(request.inputs()).containsEntry("x", floats(Shape.of(1, 2), 1, 2));
    }

    @Test
    void refusesBinaryDataOfTheWrongSize() {
        String header = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\","
                + "\"parameters\":{\"binary_data_size\":%d}}]}";
        assertInvalid(
                () -> InferReader.read(
                        withBinary(header.formatted(4), ByteBuffer.allocate(4)), header.length() - 1, ONE),
                "input 'x' has 4 bytes of data (expected: 8 for FP32[1, 2])");
        assertInvalid(
                () -> InferReader.read(
                        withBinary(header.formatted(8), ByteBuffer.allocate(5)), header.length() - 1, ONE),
                "input 'x' has binary_data_size 8 (expected: at most 5, what is left of the body)");
        assertInvalid(
                () -> InferReader.read(
                        withBinary(header.formatted(8), ByteBuffer.allocate(9)), header.length() - 1, ONE),
                "body has 1 bytes behind the data of its inputs (expected: none)");
    }

    @Test
    void refusesBinaryDataThatAreNoElements() {
        String bool = "{\"inputs\":[{\"name\":\"b\",\"shape\":[3],\"datatype\":\"BOOL\","
                + "\"parameters\":{\"binary_data_size\":3}}]}";
        Signature bools = new Signature(Signature.DEFAULT, List.of(B), List.of());
        assertInvalid(
                () -> InferReader.read(withBinary(bool, ByteBuffer.wrap(new byte[] {0, 1, 2})), bool.length(), bools),
                "input 'b' holds 2 as element 2 (expected: BOOL, a byte of 0 or 1)");
        String text = "{\"inputs\":[{\"name\":\"s\",\"shape\":[2],\"datatype\":\"BYTES\","
                + "\"parameters\":{\"binary_data_size\":%2d}}]}";
        Signature texts = new Signature(Signature.DEFAULT, List.of(S), List.of());
        int length = text.formatted(0).length();
        assertInvalid(
                () -> InferReader.read(
                        withBinary(text.formatted(6), strings(Shape.of(1), "ab").data()), length, texts),
                "input 's' has 1 elements of data (expected: 2 for STRING[2])");
        assertInvalid(
                () -> InferReader.read(
                        withBinary(text.formatted(8), ByteBuffer.wrap(new byte[] {1, 0, 0, 0, 'a', 5, 0, 0})),
                        length,
                        texts),
                "input 's' has data that end within element 1"
                        + " (expected: 2 elements of 4 bytes of little-endian length and as many bytes)");
        assertInvalid(
                () -> InferReader.read(
                        withBinary(text.formatted(5), ByteBuffer.wrap(new byte[] {-1, -1, -1, -1, 'a'})),
                        length,
                        texts),
                "input 's' has data that end within element 0"
                        + " (expected: 2 elements of 4 bytes of little-endian length and as many bytes)");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, -2, Integer.MAX_VALUE})
    void refusesAHeaderLengthBeyondTheBody(int headerLength) {
        assertInvalid(
                () -> InferReader.read(json("{}"), headerLength, ONE),
                "Inference-Header-Content-Length is %d (expected: 0 to 2, the length of the body)"
                        .formatted(headerLength));
    }

    @Test
    void saysWhatIsWrongWithAnEnormousShape() {
        TensorSpec any = new TensorSpec("x", DType.FP32, Shape.of(-1, -1));
        Signature signature = new Signature(Signature.DEFAULT, List.of(any), List.of());
        String input = "{\"inputs\":[{\"name\":\"x\",\"shape\":[%s],\"datatype\":\"FP32\",\"data\":[1]}]}";
        assertInvalid(
                () -> read(signature, input.formatted("1048576,1048576")),
                "input 'x' has data of shape [1] (expected: [1048576, 1048576],"
                        + " or 1099511627776 elements in one array)");
        assertInvalid(
                () -> read(signature, input.formatted("9223372036854775807,9223372036854775807")),
                "shape [9223372036854775807, 9223372036854775807] has too many elements (expected: < 2^63)");
        String binary = "{\"inputs\":[{\"name\":\"x\",\"shape\":[4611686018427387904,1],\"datatype\":\"FP32\","
                + "\"parameters\":{\"binary_data_size\":0}}]}";
        assertInvalid(
                () -> InferReader.read(json(binary), binary.length(), signature),
                "input 'x' has 0 bytes of data (expected: over 2^63 for FP32[4611686018427387904, 1])");
    }

    private static InferRequest read(Signature signature, String body) {
        return InferReader.read(json(body), InferReader.NO_HEADER, signature);
    }

    private static Tensor raw(TensorSpec spec, ByteBuffer body) {
        Signature signature = new Signature(Signature.DEFAULT, List.of(spec), List.of());
        return InferReader.read(body, 0, signature).inputs().get(spec.name());
    }

    private static ByteBuffer withBinary(String header, ByteBuffer binary) {
        byte[] bytes = header.getBytes(UTF_8);
        return ByteBuffer.allocate(bytes.length + binary.remaining())
                .put(bytes)
                .put(binary)
                .flip();
    }

    private static void assertInvalid(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOf(SlipwayException.class)
                .hasMessage(message)
                .extracting(error -> ((SlipwayException) error).code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
}
