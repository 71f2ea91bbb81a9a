package dev.slipway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.slipway.protocol.proto.tensorflow.DataType;
import dev.slipway.protocol.proto.tensorflow.TensorProto;
import dev.slipway.protocol.proto.tensorflow.TensorShapeProto;
import dev.slipway.protocol.proto.tensorflow.serving.PredictResponse;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorsTest {
    @ParameterizedTest(name = "{0} {1} is {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "BOOL | 0100 | [true,false]",
                "UINT8 | 00ff | [0,255]",
                "INT8 | 807f | [-128,127]",
                "UINT16 | ffff | [65535]",
                "INT16 | 0080 | [-32768]",
                "UINT32 | ffffffff | [4294967295]",
                "UINT64 | ffffffffffffffff | [18446744073709551615]",
                "INT64 | 0000000000000080 | [-9223372036854775808]",
                "FP16 | 00beff7b0100007e007c00fc | [-1.5,65504.0,5.9604645E-8,\"NaN\",\"Infinity\",\"-Infinity\"]",
                "BF16 | c0bf8043 | [-1.5,256.0]",
                "FP32 | 0000c03f | [1.5]",
                "FP64 | 000000000000f83f | [1.5]",
                "BYTES | 02000000686900000000 | [\"hi\",\"\"]",
                "BYTES | 090000006162 | [\"ab\"]",
                "FP32 | 0000c0 | []",
                "NONE | 00 | []"
            })
    void rawBytesAreRead(String datatype, String hex, String expected) {
        assertThat(TensorBytes.decode(datatype, HexFormat.of().parseHex(hex)).toString())
                .isEqualTo(expected);
    }

    @Test
    void bytesBehindTheJsonAreTheirTensors() {
        String head = """
                {"outputs": [{"name": "A", "datatype": "INT8", "shape": [2], "parameters": {"binary_data_size": 2}},
                 {"name": "B", "datatype": "INT8", "shape": [1], "data": [[7]]},
                 {"name": "C", "datatype": "INT8", "shape": [1], "parameters": {"binary_data_size": 9}}]}""";
        ByteString body = ByteString.copyFromUtf8(head + "\1\2");
        Map<String, String> headers = Map.of("inference-header-content-length", Integer.toString(head.length()));
        assertThat(Tensors.ofRest(new Answer(200, headers, body, Vectors.JSON.createArrayNode()))
                        .toString())
                .isEqualTo("{\"A\":{\"datatype\":\"INT8\",\"shape\":[2],\"data\":[1,2]},"
                        + "\"B\":{\"datatype\":\"INT8\",\"shape\":[1],\"data\":[7]},"
                        + "\"C\":{\"datatype\":\"INT8\",\"shape\":[1]}}");
    }

    @Test
    void oneTypedValueFillsTheShape() {
        TensorProto typed = TensorProto.newBuilder()
                .setDtype(DataType.DT_FLOAT)
                .setTensorShape(TensorShapeProto.newBuilder()
                        .addDim(TensorShapeProto.Dim.newBuilder().setSize(3)))
                .addFloatVal(2)
                .build();
        TensorProto raw = TensorProto.newBuilder()
                .setDtype(DataType.DT_INT8)
                .setTensorContent(ByteString.copyFrom(new byte[] {5}))
                .build();
        PredictResponse response = PredictResponse.newBuilder()
                .putOutputs("t", typed)
                .putOutputs("r", raw)
                .build();
        var tensors = Tensors.ofGrpc(response.toByteArray(), Vectors.JSON.createObjectNode());
        assertThat(tensors.path("t").path("data").toString()).isEqualTo("[2.0,2.0,2.0]");
        assertThat(tensors.path("r").path("data").toString()).isEqualTo("[5]");
    }
}
