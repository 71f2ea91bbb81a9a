package dev.slipway.protocol.openinference;

import static dev.slipway.protocol.Tensors.bytes;
import static dev.slipway.protocol.Tensors.floats;
import static dev.slipway.protocol.Tensors.maps;
import static dev.slipway.protocol.Tensors.strings;
import static dev.slipway.protocol.Tensors.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.Tensors;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InferWriterTest {
    private static final InferRequest JSON = new InferRequest(null, Map.of(), List.of(), false, Schedule.DEFAULT);
    private static final InferRequest BINARY = new InferRequest("7", Map.of(), List.of(), true, Schedule.DEFAULT);

    private final Map<String, Tensor> outputs = new LinkedHashMap<>();

    @Test
    void writesJsonInFlatArrays() {
        outputs.put("y", floats(Shape.of(2, 2), 1, 0.1f, 3, 4));
        outputs.put("s", strings(Shape.SCALAR, "é\""));
        InferResponse response = InferWriter.write("fraud", "2", JSON, outputs);
        assertThat(text(response.body()))
                .isEqualTo("{\"model_name\":\"fraud\",\"model_version\":\"2\",\"outputs\":["
                        + "{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[2,2],\"data\":[1.0,0.1,3.0,4.0]},"
                        + "{\"name\":\"s\",\"datatype\":\"BYTES\",\"shape\":[],\"data\":[\"é\\\"\"]}]}");
        assertThat(response.headerLength()).isEqualTo(InferReader.NO_HEADER);
    }

    @Test
    void writesBinaryDataBehindTheJson() {
        outputs.put("y", floats(Shape.of(1), 1));
        outputs.put("s", bytes(Shape.of(1), new byte[] {(byte) 0xFF}));
        InferResponse response = InferWriter.write("fraud", "2", BINARY, outputs);
        String header = "{\"model_name\":\"fraud\",\"model_version\":\"2\",\"id\":\"7\",\"outputs\":["
                + "{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1],\"parameters\":{\"binary_data_size\":4}},"
                + "{\"name\":\"s\",\"datatype\":\"BYTES\",\"shape\":[1],\"parameters\":{\"binary_data_size\":5}}]}";
        assertThat(response.headerLength()).isEqualTo(header.length());
        assertThat(text(response.body().slice(0, header.length()))).isEqualTo(header);
        ByteBuffer binary =
                response.body().slice(header.length(), response.body().remaining() - header.length());
        assertThat(binary).isEqualTo(ByteBuffer.wrap(new byte[] {0, 0, (byte) 0x80, 0x3F, 1, 0, 0, 0, (byte) 0xFF}));
    }

    @Test
    void mixesJsonAndBinaryDataAsTheRequestWants() {
        outputs.put("y", floats(Shape.of(1), 1));
        outputs.put("z", floats(Shape.of(1), 2));
        InferRequest request = new InferRequest(
                null,
                Map.of(),
                List.of(new InferRequest.Output("y", true), new InferRequest.Output("z", false)),
                false,
                Schedule.DEFAULT);
        InferResponse response = InferWriter.write("m", "1", request, outputs);
        assertThat(text(response.body().slice(0, response.headerLength())))
                .endsWith("\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1],"
                        + "\"parameters\":{\"binary_data_size\":4}},"
                        + "{\"name\":\"z\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[2.0]}]}");
        assertThat(response.body().remaining()).isEqualTo(response.headerLength() + 4);
    }

    @Test
    void writesMapsAsText() {
        Map<String, Float> first = new LinkedHashMap<>();
        first.put("a\"", 0.25f);
        first.put("b", 0.75f);
        outputs.put("p", maps(Shape.of(2), first, Map.of()));
        assertThat(text(InferWriter.write("m", "1", JSON, outputs).body()))
                .endsWith("{\"name\":\"p\",\"datatype\":\"BYTES\",\"shape\":[2],"
                        + "\"data\":[\"{\\\"a\\\\\\\"\\\":0.25,\\\"b\\\":0.75}\",\"{}\"]}]}");
        InferResponse response = InferWriter.write("m", "1", BINARY, outputs);
        int length = response.headerLength();
        ByteBuffer binary = response.body().slice(length, response.body().remaining() - length);
        assertThat(new Tensor(DType.STRING, Shape.of(2), binary))
                .isEqualTo(strings(Shape.of(2), "{\"a\\\"\":0.25,\"b\":0.75}", "{}"));
    }

    @Test
    void refusesBytesThatAreNoTextInJson() {
        outputs.put("s", bytes(Shape.of(1), new byte[] {(byte) 0xFF}));
        assertThatThrownBy(() -> InferWriter.write("m", "1", JSON, outputs))
                .hasMessage("output 's' holds bytes that are not UTF-8"
                        + " (expected: text, or a request for binary output)")
                .extracting(error -> ((SlipwayException) error).code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MAP")
    void readsBackWhatItWrites(DType dtype) {
        Random random = new Random(dtype.ordinal());
        TensorSpec a = new TensorSpec("a", dtype, Shape.of(-1, -1));
        TensorSpec b = new TensorSpec("b", dtype, Shape.ANY);
        Signature signature = new Signature(Signature.DEFAULT, List.of(a, b), List.of());
        for (int round = 0; round < 100; round++) {
            outputs.put("a", Tensors.random(dtype, Shape.of(random.nextInt(9), 1 + random.nextInt(9)), random));
            outputs.put("b", Tensors.random(dtype, Shape.SCALAR, random));
            for (InferRequest request : List.of(JSON, BINARY)) {
                InferResponse response = InferWriter.write("m", "1", request, outputs);
                ByteBuffer body = ByteBuffer.allocate(response.body().remaining());
                body.put(response.body()).flip();
                replace(body, "outputs", "inputs\" ");
                assertThat(InferReader.read(body, response.headerLength(), signature)
                                .inputs())
                        .isEqualTo(outputs);
            }
        }
    }

    /** Turns the name of the outputs, which is one byte longer, into that of the inputs, in place. */
    private static void replace(ByteBuffer body, String name, String by) {
        int at = new String(body.array(), java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(name + "\":");
        body.put(at, (by + ":").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
}
