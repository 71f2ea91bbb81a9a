package dev.slipway.protocol.openinference.grpc;

import com.google.protobuf.MessageLite;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.proto.inference.ModelMetadataResponse;
import dev.slipway.protocol.proto.inference.ModelReadyResponse;
import dev.slipway.protocol.proto.inference.ServerLiveResponse;
import dev.slipway.protocol.proto.inference.ServerMetadataResponse;
import dev.slipway.protocol.proto.inference.ServerReadyResponse;
import dev.slipway.protocol.wire.WireReader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** The five operations that run no model: what they ask for, and their answers. */
public final class ServerMessages {
    private static final int NAME = WireReader.tag(1, WireReader.BYTES);
    private static final int VERSION = WireReader.tag(2, WireReader.BYTES);

    private ServerMessages() {}

    /**
     * Reads ModelReadyRequest.
     *
     * @param message position to limit, which do not move
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it is malformed or names no model
     */
    public static Target readModelReadyRequest(ByteBuffer message) {
        return readTarget("ModelReadyRequest", message);
    }

    /** Reads ModelMetadataRequest; as {@link #readModelReadyRequest(ByteBuffer)}. */
    public static Target readModelMetadataRequest(ByteBuffer message) {
        return readTarget("ModelMetadataRequest", message);
    }

    private static Target readTarget(String request, ByteBuffer message) {
        WireReader reader = new WireReader(request, message);
        String name = "";
        String version = "";
        while (reader.hasMore()) {
            int tag = reader.readTag();
            if (tag == NAME) {
                name = reader.readString();
            } else if (tag == VERSION) {
                version = reader.readString();
            } else {
                reader.skipUnknown(tag, 1 << 1 | 1 << 2);
            }
        }
        return Targets.of(request, name, version);
    }

    /** Writes ServerLiveResponse. */
    public static ByteBuffer writeServerLive(boolean live) {
        return bytes(ServerLiveResponse.newBuilder().setLive(live).build());
    }

    /** Writes ServerReadyResponse. */
    public static ByteBuffer writeServerReady(boolean ready) {
        return bytes(ServerReadyResponse.newBuilder().setReady(ready).build());
    }

    /** Writes ModelReadyResponse. */
    public static ByteBuffer writeModelReady(boolean ready) {
        return bytes(ModelReadyResponse.newBuilder().setReady(ready).build());
    }

    /**
     * Writes ServerMetadataResponse.
     *
     * @param name of the server
     * @param extensions names of those that it serves
     */
    public static ByteBuffer writeServerMetadata(String name, String version, List<String> extensions) {
        return bytes(ServerMetadataResponse.newBuilder()
                .setName(name)
                .setVersion(version)
                .addAllExtensions(extensions)
                .build());
    }

    /**
     * Writes ModelMetadataResponse.
     *
     * @param model its name
     * @param versions those that are served, in the order in which they go out
     * @param description of the version that is asked for; its default signature is shown, or its first when it has
     *     none of that name. A shape of any rank is {@code [-1]}, as the protocol has no word for it
     * @param properties what else is known of it
     */
    public static ByteBuffer writeModelMetadata(
            String model, List<String> versions, ModelDescription description, Map<String, String> properties) {
        Signature signature = description
                .signatures()
                .getOrDefault(
                        Signature.DEFAULT,
                        description.signatures().values().iterator().next());
        ModelMetadataResponse.Builder response = ModelMetadataResponse.newBuilder()
                .setName(model)
                .addAllVersions(versions)
                .setPlatform(description.platform())
                .putAllProperties(properties);
        signature.inputs().forEach(input -> response.addInputs(toProto(input)));
        signature.outputs().forEach(output -> response.addOutputs(toProto(output)));
        return bytes(response.build());
    }

    private static ModelMetadataResponse.TensorMetadata toProto(TensorSpec tensor) {
        ModelMetadataResponse.TensorMetadata.Builder metadata = ModelMetadataResponse.TensorMetadata.newBuilder()
                .setName(tensor.name())
                .setDatatype(Datatypes.name(tensor.dtype()));
        Shape shape = tensor.shape();
        if (shape.isAnyRank()) {
            metadata.addShape(-1);
        }
        for (int axis = 0; axis < shape.rank(); axis++) {
            metadata.addShape(shape.dim(axis));
        }
        return metadata.build();
    }

    private static ByteBuffer bytes(MessageLite message) {
        return ByteBuffer.wrap(message.toByteArray());
    }
}
