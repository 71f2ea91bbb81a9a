package dev.slipway.protocol.openinference.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.openinference.IndexEntry;
import dev.slipway.protocol.proto.inference.RepositoryIndexRequest;
import dev.slipway.protocol.proto.inference.RepositoryIndexResponse;
import dev.slipway.protocol.proto.inference.RepositoryModelLoadRequest;
import dev.slipway.protocol.proto.inference.RepositoryModelUnloadRequest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** Triton's extension {@code model_repository}: the index of models, and having one loaded and unloaded. */
public final class RepositoryMessages {
    private RepositoryMessages() {}

    /**
     * What RepositoryModelLoadRequest and RepositoryModelUnloadRequest say.
     *
     * @param model its name
     * @param parameters the names of its parameters
     */
    public record Request(String model, Set<String> parameters) {
        public Request {
            parameters = Set.copyOf(parameters);
        }
    }

    private interface Parser<T> {
        T parse(ByteBuffer message) throws InvalidProtocolBufferException;
    }

    /**
     * Whether RepositoryIndexRequest asks just for what is ready.
     *
     * @param message position to limit, which do not move
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it is malformed
     */
    public static boolean readIndexRequest(ByteBuffer message) {
        return parse("RepositoryIndexRequest", message, RepositoryIndexRequest::parseFrom)
                .getReady();
    }

    /** Reads RepositoryModelLoadRequest; errors as in {@link #readIndexRequest}. */
    public static Request readLoadRequest(ByteBuffer message) {
        RepositoryModelLoadRequest request =
                parse("RepositoryModelLoadRequest", message, RepositoryModelLoadRequest::parseFrom);
        return new Request(request.getModelName(), request.getParametersMap().keySet());
    }

    /** Reads RepositoryModelUnloadRequest; errors as in {@link #readIndexRequest}. */
    public static Request readUnloadRequest(ByteBuffer message) {
        RepositoryModelUnloadRequest request =
                parse("RepositoryModelUnloadRequest", message, RepositoryModelUnloadRequest::parseFrom);
        return new Request(request.getModelName(), request.getParametersMap().keySet());
    }

    private static <T> T parse(String subject, ByteBuffer message, Parser<T> parser) {
        try {
            return parser.parse(message.duplicate());
        } catch (InvalidProtocolBufferException e) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT, "%s is malformed: %s".formatted(subject, e.getMessage()), e);
        }
    }

    /** Writes RepositoryIndexResponse. */
    public static ByteBuffer writeIndex(List<IndexEntry> entries) {
        RepositoryIndexResponse.Builder response = RepositoryIndexResponse.newBuilder();
        entries.forEach(entry -> response.addModels(RepositoryIndexResponse.ModelIndex.newBuilder()
                .setName(entry.name())
                .setVersion(entry.version())
                .setState(entry.state())
                .setReason(entry.reason())));
        return ByteBuffer.wrap(response.build().toByteArray());
    }

    /** Writes RepositoryModelLoadResponse or RepositoryModelUnloadResponse, which say nothing. */
    public static ByteBuffer writeDone() {
        return ByteBuffer.allocate(0);
    }
}
