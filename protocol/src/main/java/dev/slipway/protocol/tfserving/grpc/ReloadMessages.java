package dev.slipway.protocol.tfserving.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.proto.tensorflow.error.Code;
import dev.slipway.protocol.proto.tensorflow.serving.ModelServerConfig;
import dev.slipway.protocol.proto.tensorflow.serving.ReloadConfigRequest;
import dev.slipway.protocol.proto.tensorflow.serving.ReloadConfigResponse;
import dev.slipway.protocol.proto.tensorflow.serving.StatusProto;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** HandleReloadConfigRequest: the whole new set of models, and whether it was taken. */
public final class ReloadMessages {
    private ReloadMessages() {}

    /**
     * Reads ReloadConfigRequest; names of metrics are passed over.
     *
     * @param message position to limit, which do not move
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it is malformed, or has no list of models
     */
    public static ModelServerConfig readRequest(ByteBuffer message) {
        try {
            ModelServerConfig config =
                    ReloadConfigRequest.parseFrom(message.duplicate()).getConfig();
            if (!config.hasModelConfigList()) {
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT,
                        "ReloadConfigRequest has %s (expected: config with a model_config_list)"
                                .formatted(config.hasCustomModelConfig() ? "a custom_model_config" : "no config"));
            }
            return config;
        } catch (InvalidProtocolBufferException e) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT, "ReloadConfigRequest is malformed: " + e.getMessage(), e);
        }
    }

    /**
     * Writes ReloadConfigResponse, which carries the error itself: the call as such goes well, as in the peer.
     *
     * @param error why nothing was changed; null when all was
     */
    public static ByteBuffer writeResponse(@Nullable SlipwayException error) {
        ReloadConfigResponse.Builder response = ReloadConfigResponse.newBuilder();
        if (error == null) {
            response.setStatus(StatusProto.getDefaultInstance());
        } else {
            Code code = Code.forNumber(error.code().grpcStatus());
            response.setStatus(StatusProto.newBuilder()
                    .setErrorCode(code == null ? Code.UNKNOWN : code)
                    .setErrorMessage(error.getMessage()));
        }
        return ByteBuffer.wrap(response.build().toByteArray());
    }
}
