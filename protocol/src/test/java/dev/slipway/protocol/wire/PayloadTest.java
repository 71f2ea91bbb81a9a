package dev.slipway.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.slipway.protocol.proto.inference.InferTensorContents;
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import dev.slipway.protocol.proto.tensorflow.DataType;
import dev.slipway.protocol.proto.tensorflow.TensorProto;
import dev.slipway.protocol.proto.tensorflow.TensorShapeProto;
import dev.slipway.protocol.proto.tensorflow.serving.ModelSpec;
import dev.slipway.protocol.proto.tensorflow.serving.PredictRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTest {
    private static final int FLOATS = 10_000;
    private static final byte[] CONTENT = new byte[4 * FLOATS];

    static {
        ByteBuffer.wrap(CONTENT).putInt(0, 0x0000803f);
    }

    @Test
    void findsTheTensorOfAPredictRequest() {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setDtype(DataType.DT_FLOAT)
                .setTensorShape(TensorShapeProto.newBuilder()
                        .addDim(TensorShapeProto.Dim.newBuilder().setSize(FLOATS)));
        List<Float> floats = new ArrayList<>(Collections.nCopies(FLOATS, 0f));
        floats.set(0, 1f);
        for (TensorProto each : List.of(
                tensor.clone().setTensorContent(ByteString.copyFrom(CONTENT)).build(),
                tensor.addAllFloatVal(floats).build())) {
            PredictRequest request = PredictRequest.newBuilder()
                    .setModelSpec(ModelSpec.newBuilder().setName("fraud"))
                    .putInputs("amount", each)
                    .build();
            assertThat(offsetIn(request.toByteArray())).isEqualTo(indexOfContent(request.toByteArray()));
        }
    }

    @Test
    void findsTheTensorOfAModelInferRequest() {
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName("fraud");
        ModelInferRequest.InferInputTensor.Builder input = ModelInferRequest.InferInputTensor.newBuilder()
                .setName("amount")
                .setDatatype("FP32")
                .addShape(FLOATS);
        InferTensorContents.Builder contents = InferTensorContents.newBuilder().addFp32Contents(1f);
        for (int at = 1; at < FLOATS; at++) {
            contents.addFp32Contents(0f);
        }
        byte[] raw = request.clone()
                .addInputs(input)
                .addRawInputContents(ByteString.copyFrom(CONTENT))
                .build()
                .toByteArray();
        byte[] typed =
                request.addInputs(input.clone().setContents(contents)).build().toByteArray();

        assertThat(offsetIn(raw)).isEqualTo(indexOfContent(raw));
        assertThat(offsetIn(typed)).isEqualTo(indexOfContent(typed));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 5, 20})
    void findsNothingInWhatEndsOrIsNoMessage(int bytes) {
        byte[] ones = new byte[bytes];
        Arrays.fill(ones, (byte) 0xff);

        assertThat(Payload.offset(ByteBuffer.allocate(bytes))).isZero();
        assertThat(Payload.offset(ByteBuffer.wrap(ones))).isZero();
        assertThat(Payload.offset(ByteBuffer.wrap(new byte[] {8, 1, 18, 1, 7}))).isZero();
    }

    /** As it is found with the first 64 bytes of the message. */
    private static int offsetIn(byte[] message) {
        ByteBuffer begin = ByteBuffer.allocateDirect(70);
        begin.position(6).put(message, 0, 64).position(6);
        return Payload.offset(begin);
    }

    private static int indexOfContent(byte[] message) {
        return message.length - CONTENT.length;
    }
}
