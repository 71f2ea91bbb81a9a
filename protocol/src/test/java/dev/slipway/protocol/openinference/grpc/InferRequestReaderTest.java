package dev.slipway.protocol.openinference.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import dev.slipway.protocol.openinference.OutputForm;
import dev.slipway.protocol.openinference.SharedMemory;
import dev.slipway.protocol.openinference.SharedPlace;
import dev.slipway.protocol.proto.inference.InferParameter;
import dev.slipway.protocol.proto.inference.InferTensorContents;
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import dev.slipway.protocol.proto.inference.ModelInferRequest.InferInputTensor;
import dev.slipway.protocol.proto.inference.ModelInferRequest.InferRequestedOutputTensor;
import dev.slipway.protocol.wire.Elements;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferRequestReaderTest {
    private static final long BYTES_MAX = 1 << 20;
    private static final InferParameter YES =
            InferParameter.newBuilder().setBoolParam(true).build();

    @Test
    void readsTargetIdParametersInputsAndOutputs() {
        InferCall call = read(named().setModelVersion("7")
                .setId("abc")
                .putParameters(
                        "priority",
                        InferParameter.newBuilder().setUint64Param(3).build())
                .addInputs(input("x", "FP32", 2)
                        .setContents(InferTensorContents.newBuilder()
                                .addFp32Contents(1)
                                .addFp32Contents(2)))
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("b").putParameters("binary_data", YES))
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("a")));

        assertThat(call.target()).isEqualTo(new Target("fraud", new VersionChoice.Exact(7), ""));
        assertThat(call.id()).isEqualTo("abc");
        assertThat(call.parameters().get("priority").getUint64Param()).isEqualTo(3);
        assertThat(call.outputs()).containsExactly("b", "a");
        assertThat(call.raw()).isFalse();
        assertThat(call.inputs().get("x")).hasToString("FP32[2]");
        assertThat(Elements.bytes(call.inputs().get("x"))).isEqualTo(Elements.floats(1, 2));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"'', 0, ''", "12, 12, ''", "v10, 0, v10", "99999999999999999999, 0, 99999999999999999999", "-1, 0, -1"})
    void takesDigitsForANumberAndAnyOtherTextForALabel(String version, long number, String label) {
        VersionChoice expected = !label.isEmpty()
                ? new VersionChoice.Label(label)
                : number > 0 ? new VersionChoice.Exact(number) : VersionChoice.LATEST;

        assertThat(read(named().setModelVersion(version)).target().version()).isEqualTo(expected);
    }

    @Test
    void lendsRawContentsWhereTheyLieAndInTheOrderOfInputs() {
        byte[] message = named().addInputs(input("a", "FP16", 1, 2))
                .addInputs(input("b", "BYTES", 2))
                .addRawInputContents(ByteString.copyFrom(new byte[] {1, 2, 3, 4}))
                .addRawInputContents(ByteString.copyFrom(Elements.strings("x", "")))
                .build()
                .toByteArray();

        InferCall call = InferRequestReader.read(ByteBuffer.wrap(message), 0);

        assertThat(call.raw()).isTrue();
        assertThat(call.inputs().keySet()).containsExactly("a", "b");
        assertThat(call.inputs().get("a").dtype()).isEqualTo(DType.FP16);
        assertThat(Elements.bytes(call.inputs().get("b"))).isEqualTo(Elements.strings("x", ""));
        Arrays.fill(message, (byte) 9);
        assertThat(Elements.bytes(call.inputs().get("a"))).containsOnly(9);
    }

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "FP32 | 00 | has 1 bytes (expected: 2 elements of 4 bytes, by its shape [2] and dtype FP32)",
                "FP32 | 000000000000000000000000"
                        + " | has 12 bytes (expected: 2 elements of 4 bytes, by its shape [2] and dtype FP32)",
                "BOOL | 0103 | has the byte 3 for element 1 (expected: BOOL, 0 or 1)",
                "BYTES | 0000000001000000 | has an element 1 of 1 bytes (expected: at most 0, what is left)",
                "BYTES | 00000000ffffffff | has an element 1 of 4294967295 bytes (expected: at most 0, what is left)",
                "BYTES | 000000000000 | ends within the length of element 1 (expected: 4 bytes, found: 2)",
                "BYTES | 00000000 | has 1 elements in its bytes (expected: 2)",
                "BYTES | 000000000000000000000000 | has 3 elements in its bytes (expected: 2)",
                "STRING | 00 | has datatype 'STRING' (expected: BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32,"
                        + " INT64, FP16, BF16, FP32, FP64 or BYTES)",
            })
    void refusesRawContentsThatDoNotFit(String datatype, String hex, String problem) {
        assertRefused(
                named().addInputs(input("x", datatype, 2))
                        .addRawInputContents(ByteString.copyFrom(HexFormat.of().parseHex(hex))),
                "input 'x' " + problem);
    }

    @Test
    void refusesAMixtureOfRawAndOtherContents() {
        InferTensorContents one =
                InferTensorContents.newBuilder().addFp32Contents(1).build();
        ByteString raw = ByteString.copyFrom(new byte[4]);
        assertRefused(
                named().addInputs(input("x", "FP32", 1).setContents(one)).addRawInputContents(raw),
                "input 'x' has contents in fp32_contents beside raw_input_contents (expected: one of the two)");
        assertRefused(
                named().addInputs(input("x", "FP32", 1))
                        .addInputs(input("y", "FP32", 1).setContents(one))
                        .addRawInputContents(raw),
                "ModelInferRequest has 1 raw_input_contents (expected: 2, one for each input)");
        assertRefused(
                named().addInputs(input("x", "BF16", 1)),
                "input 'x' of BF16 is not in raw_input_contents (expected: there, as there is no other field for it)");
    }

    @Test
    void refusesContentsThatDoNotFit() {
        InferTensorContents.Builder two =
                InferTensorContents.newBuilder().addFp32Contents(1).addFp32Contents(2);
        assertRefused(
                named().addInputs(input("x", "FP32", 1).setContents(two)),
                "input 'x' has 2 values (expected: 1, by its shape [1])");
        assertRefused(
                named().addInputs(input("x", "FP32", 3).setContents(two)),
                "input 'x' has 2 values (expected: 3, by its shape [3])");
        assertRefused(
                named().addInputs(input("x", "BYTES", 1)), "input 'x' has 0 values (expected: 1, by its shape [1])");
        assertRefused(
                named().addInputs(input("x", "FP64", 2).setContents(two)),
                "input 'x' of FP64 has contents in fp32_contents (expected: in fp64_contents)");
        assertRefused(
                named().addInputs(input("x", "INT8", 1)
                        .setContents(InferTensorContents.newBuilder().addIntContents(200))),
                "input 'x' has the value 200 (expected: INT8, from -128 to 127)");
        assertRefused(
                named().addInputs(input("x", "UINT16", 1)
                        .setContents(InferTensorContents.newBuilder().addUintContents(70_000))),
                "input 'x' has the value 70000 (expected: UINT16, from 0 to 65535)");
        assertRefused(
                named().addInputs(input("x", "FP32", -1)), "input 'x' has the size -1 in dimension 0 (expected: >= 0)");
    }

    @Test
    void refusesNamesThatAreMissingOrComeTwice() {
        assertRefused(
                ModelInferRequest.newBuilder(), "ModelInferRequest has an empty model name (expected: a model's name)");
        assertRefused(
                named().addInputs(input("", "FP32", 0)),
                "ModelInferRequest has an input without a name (expected: a name)");
        assertRefused(
                named().addInputs(input("x", "FP32", 0)).addInputs(input("x", "FP32", 0)),
                "ModelInferRequest has the input 'x' twice (expected: once)");
        InferRequestedOutputTensor output =
                InferRequestedOutputTensor.newBuilder().setName("y").build();
        assertRefused(
                named().addOutputs(output).addOutputs(output),
                "ModelInferRequest asks for the output 'y' twice (expected: once)");
    }

    private static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }

    private static InferParameter number(long value) {
        return InferParameter.newBuilder().setInt64Param(value).build();
    }

    @Test
    void readsTheFormOfOutputs() {
        InferCall call = read(named().addOutputs(InferRequestedOutputTensor.newBuilder()
                        .setName("y")
                        .putParameters("classification", number(3))
                        .putParameters("unknown", YES))
                .addOutputs(InferRequestedOutputTensor.newBuilder()
                        .setName("z")
                        .putParameters("shared_memory_region", text("r"))
                        .putParameters("shared_memory_offset", number(4))
                        .putParameters("shared_memory_byte_size", number(8))));
        assertThat(call.forms())
                .containsOnly(
                        Map.entry("y", new OutputForm(3, null)),
                        Map.entry("z", new OutputForm(0, new SharedPlace("r", 4, 8))));
    }

    @Test
    void takesInputsOutOfSharedMemoryWhereTheRequestSaysSo() {
        SharedMemory memory = new SharedMemory() {
            @Override
            public ByteBuffer read(SharedPlace place) {
                assertThat(place).isEqualTo(new SharedPlace("r", 0, 4));
                return ByteBuffer.wrap(new byte[] {0, 0, 0, 64});
            }

            @Override
            public void write(SharedPlace place, ByteBuffer bytes) {
                throw new AssertionError("nothing is to be written");
            }
        };
        ModelInferRequest.Builder request = named().addInputs(input("x", "FP32", 1)
                        .putParameters("shared_memory_region", text("r"))
                        .putParameters("shared_memory_byte_size", number(4)))
                .addInputs(input("w", "FP32", 1))
                .addRawInputContents(ByteString.copyFrom(new byte[] {0, 0, 0, 0}));
        InferCall call =
                InferRequestReader.read(ByteBuffer.wrap(request.build().toByteArray()), Integer.MAX_VALUE, memory);
        assertThat(call.inputs().get("x").data().getFloat()).isEqualTo(2f);
        assertThat(call.inputs().get("w").data().getFloat()).isEqualTo(0f);
        assertThat(call.raw()).isTrue();
        assertThatThrownBy(() -> read(request))
                .hasMessage(
                        "system shared memory is off (expected: a server started with --enable_system_shared_memory)")
                .extracting(e -> ((SlipwayException) e).code())
                .isEqualTo(ErrorCode.UNIMPLEMENTED);
        assertRefused(
                named().addInputs(input("x", "FP32", 1).putParameters("shared_memory_region", YES)),
                "parameter 'shared_memory_region' of a tensor is of the wrong type (expected: string_param)");
    }

    @Test
    void boundsWhatASmallMessageMayGrowTo() {
        assertThatThrownBy(() -> read(named().addInputs(input("x", "INT64", 1L << 40)
                        .setContents(InferTensorContents.newBuilder().addInt64Contents(1)))))
                .hasMessage("input 'x' of INT64[1099511627776] is too large"
                        + " (expected: at most 1.0 MiB for the tensors of a request)")
                .extracting(e -> ((SlipwayException) e).code())
                .isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
    }

    @Test
    void boundsTheNumberOfInputs() {
        ModelInferRequest.Builder request = named();
        for (int i = 0; i <= 65_536; i++) {
            request.addInputs(InferInputTensor.getDefaultInstance());
        }
        assertThatThrownBy(() -> read(request))
                .hasMessage("ModelInferRequest has more than 65536 inputs (expected: at most that)");
    }

    @Test
    void boundsTheLengthOfNames() {
        assertRefused(
                ModelInferRequest.newBuilder().setModelName("m".repeat(65_537)),
                "ModelInferRequest is malformed: text of 65537 bytes at byte 1 (expected: at most 65536)");
    }

    @Test
    void peeksAtTheModelThatAFullReadFinds() {
        ModelInferRequest request = named().addInputs(input("x", "FP32", 0)).build();
        ByteString last = request.toBuilder()
                .clearModelName()
                .build()
                .toByteString()
                .concat(named().build().toByteString());

        assertThat(InferRequestReader.peekModel(ByteBuffer.wrap(request.toByteArray())))
                .isEqualTo("fraud");
        assertThat(InferRequestReader.peekModel(last.asReadOnlyByteBuffer())).isEqualTo("fraud");
        assertThat(InferRequestReader.peekModel(ByteBuffer.allocate(0))).isEmpty();
        ByteString twice = named().build().toByteString().concat(named().build().toByteString());
        assertThatThrownBy(() -> InferRequestReader.read(twice.asReadOnlyByteBuffer(), 0))
                .hasMessage("ModelInferRequest is malformed: a second model_name at byte 8 (expected: one)");
    }

    private static void assertRefused(ModelInferRequest.Builder request, String message) {
        assertThatThrownBy(() -> read(request))
                .isInstanceOf(SlipwayException.class)
                .hasMessage(message)
                .extracting(e -> ((SlipwayException) e).code())
                .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    private static InferCall read(ModelInferRequest.Builder request) {
        return InferRequestReader.read(ByteBuffer.wrap(request.build().toByteArray()), BYTES_MAX);
    }

    private static ModelInferRequest.Builder named() {
        return ModelInferRequest.newBuilder().setModelName("fraud");
    }

    private static InferInputTensor.Builder input(String name, String datatype, long... shape) {
        return InferInputTensor.newBuilder()
                .setName(name)
                .setDatatype(datatype)
                .addAllShape(Arrays.stream(shape).boxed().toList());
    }
}
