package dev.slipway.protocol.tfserving.grpc;

import dev.slipway.api.ModelStatus;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import dev.slipway.protocol.proto.tensorflow.error.Code;
import dev.slipway.protocol.proto.tensorflow.serving.GetModelStatusResponse;
import dev.slipway.protocol.proto.tensorflow.serving.ModelVersionStatus;
import dev.slipway.protocol.proto.tensorflow.serving.StatusProto;
import dev.slipway.protocol.tfserving.ModelJson;
import dev.slipway.protocol.wire.WireReader;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** GetModelStatus: which model is asked for, and where its versions stand. */
public final class ModelStatusMessages {
    private static final String REQUEST = "GetModelStatusRequest";
    private static final int MODEL_SPEC = WireReader.tag(1, WireReader.BYTES);

    private ModelStatusMessages() {}

    /**
     * Reads GetModelStatusRequest. A target without a version asks for all.
     *
     * @param message position to limit, which do not move
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it is malformed or names no model
     */
    public static Target readRequest(ByteBuffer message) {
        WireReader reader = new WireReader(REQUEST, message);
        ModelSpecReader modelSpec = new ModelSpecReader();
        while (reader.hasMore()) {
            int tag = reader.readTag();
            if (tag == MODEL_SPEC) {
                modelSpec.read(reader);
            } else {
                reader.skipUnknown(tag, 1 << 1);
            }
        }
        return modelSpec.target(REQUEST);
    }

    /**
     * Writes GetModelStatusResponse, newest version first.
     *
     * @param status of the model that is asked for
     * @param version which of its versions; all for {@link VersionChoice#LATEST}
     * @throws SlipwayException {@code NOT_FOUND} when there is no such version or label
     */
    public static ByteBuffer writeResponse(ModelStatus status, VersionChoice version) {
        GetModelStatusResponse.Builder response = GetModelStatusResponse.newBuilder();
        ModelJson.chosen(status, version).forEach(next -> response.addModelVersionStatus(toProto(next)));
        return ByteBuffer.wrap(response.build().toByteArray());
    }

    private static ModelVersionStatus toProto(VersionStatus version) {
        return ModelVersionStatus.newBuilder()
                .setVersion(version.version())
                .setState(toProto(version.state()))
                .setStatus(toProto(version.error()))
                .build();
    }

    private static ModelVersionStatus.State toProto(VersionState state) {
        return switch (state) {
            case NEW, DORMANT -> ModelVersionStatus.State.START;
            case LOADING, WARMING -> ModelVersionStatus.State.LOADING;
            case AVAILABLE -> ModelVersionStatus.State.AVAILABLE;
            case UNLOADING -> ModelVersionStatus.State.UNLOADING;
            // The peer has no state of its own for a version that failed: its end, with the error as status.
            case ENDED, QUARANTINED -> ModelVersionStatus.State.END;
        };
    }

    private static StatusProto toProto(@Nullable SlipwayException error) {
        if (error == null) {
            return StatusProto.getDefaultInstance();
        }
        Code code = Code.forNumber(error.code().grpcStatus());
        return StatusProto.newBuilder()
                .setErrorCode(code == null ? Code.UNKNOWN : code)
                .setErrorMessage(error.getMessage())
                .build();
    }
}
