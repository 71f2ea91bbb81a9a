package dev.slipway.protocol.openinference.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.slipway.protocol.proto.inference.InferParameter;
import dev.slipway.protocol.proto.inference.ModelInferResponse;
import dev.slipway.protocol.proto.inference.ModelStreamInferResponse;
import java.nio.ByteBuffer;

/** Writes ModelStreamInferResponse, Triton's message of a stream of answers. */
public final class StreamMessages {
    /** Of a request: whether its last answer is to say that it is. */
    public static final String WANTS_FINAL = "triton_enable_empty_final_response";

    private static final String FINAL = "triton_final_response";
    /** Of a response: what the server calls the prediction. A stream has one head for all of its answers. */
    public static final String PREDICTION_ID = "slipway_prediction_id";

    private static final byte TAG = ModelStreamInferResponse.INFER_RESPONSE_FIELD_NUMBER << 3 | 2;

    /** Fields of one message may come in pieces: behind a response, this adds its parameter. */
    private static final byte[] FINAL_PARAMETER = ModelInferResponse.newBuilder()
            .putParameters(FINAL, InferParameter.newBuilder().setBoolParam(true).build())
            .build()
            .toByteArray();

    private StreamMessages() {}

    /**
     * An answer.
     *
     * @param response a ModelInferResponse, which is copied
     * @param isFinal whether it says that no other comes
     * @param predictionId what the server calls it
     */
    public static ByteBuffer write(ByteBuffer response, boolean isFinal, String predictionId) {
        byte[] idParameter = ModelInferResponse.newBuilder()
                .putParameters(PREDICTION_ID, text(predictionId))
                .build()
                .toByteArray();
        int size = response.remaining() + idParameter.length + (isFinal ? FINAL_PARAMETER.length : 0);
        ByteBuffer message = ByteBuffer.allocate(1 + CodedOutputStream.computeUInt32SizeNoTag(size) + size);
        message.put(TAG);
        for (int rest = size; ; rest >>>= 7) {
            if (rest < 0x80) {
                message.put((byte) rest);
                break;
            }
            message.put((byte) (rest | 0x80));
        }
        message.put(response.duplicate());
        message.put(idParameter);
        if (isFinal) {
            message.put(FINAL_PARAMETER);
        }
        return message.flip();
    }

    /** What is wrong with the request of that id, which may be empty. */
    public static ByteBuffer writeError(String id, String text, String predictionId) {
        return ByteBuffer.wrap(ModelStreamInferResponse.newBuilder()
                .setErrorMessageBytes(ByteString.copyFrom(text, UTF_8))
                .setInferResponse(ModelInferResponse.newBuilder()
                        .setIdBytes(ByteString.copyFrom(id, UTF_8))
                        .putParameters(PREDICTION_ID, text(predictionId)))
                .build()
                .toByteArray());
    }

    private static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }
}
