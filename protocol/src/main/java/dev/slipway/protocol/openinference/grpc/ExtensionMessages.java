package dev.slipway.protocol.openinference.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.protocol.proto.inference.ModelConfig;
import dev.slipway.protocol.proto.inference.ModelConfigRequest;
import dev.slipway.protocol.proto.inference.ModelConfigResponse;
import dev.slipway.protocol.proto.inference.ModelStatisticsRequest;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Requests and answers of Triton's extensions. They are small and rare, so that the generated classes read them. */
public final class ExtensionMessages {
    private ExtensionMessages() {}

    /** How a generated class reads a message. */
    @FunctionalInterface
    public interface Parser<T> {
        T parse(ByteBuffer message) throws InvalidProtocolBufferException;
    }

    /**
     * Reads a message.
     *
     * @param subject its type, for messages
     * @param message position to limit, which do not move
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it is malformed
     */
    public static <T> T read(String subject, ByteBuffer message, Parser<T> parser) {
        try {
            return parser.parse(message.duplicate());
        } catch (InvalidProtocolBufferException e) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT, "%s is malformed: %s".formatted(subject, e.getMessage()), e);
        }
    }

    /** The bytes of an answer. */
    public static ByteBuffer write(MessageLite message) {
        return ByteBuffer.wrap(message.toByteArray());
    }

    /** Reads ModelConfigRequest; {@code INVALID_ARGUMENT} also when it names no model. */
    public static Target readConfigRequest(ByteBuffer message) {
        ModelConfigRequest request = read("ModelConfigRequest", message, ModelConfigRequest::parseFrom);
        return Targets.of("ModelConfigRequest", request.getName(), request.getVersion());
    }

    /** Writes ModelConfigResponse. */
    public static ByteBuffer writeConfig(ModelConfig config) {
        return write(ModelConfigResponse.newBuilder().setConfig(config).build());
    }

    /** What ModelStatisticsRequest asks for; null for all models. A request without a version is for all of them. */
    public static @Nullable Target readStatisticsRequest(ByteBuffer message) {
        ModelStatisticsRequest request = read("ModelStatisticsRequest", message, ModelStatisticsRequest::parseFrom);
        return request.getName().isEmpty()
                ? null
                : Targets.of("ModelStatisticsRequest", request.getName(), request.getVersion());
    }
}
