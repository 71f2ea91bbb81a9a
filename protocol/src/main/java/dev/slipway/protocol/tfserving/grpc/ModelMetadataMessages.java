package dev.slipway.protocol.tfserving.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Int64Value;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.ServableId;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.proto.tensorflow.SignatureDef;
import dev.slipway.protocol.proto.tensorflow.TensorInfo;
import dev.slipway.protocol.proto.tensorflow.TensorShapeProto;
import dev.slipway.protocol.proto.tensorflow.serving.GetModelMetadataResponse;
import dev.slipway.protocol.proto.tensorflow.serving.ModelSpec;
import dev.slipway.protocol.proto.tensorflow.serving.SignatureDefMap;
import dev.slipway.protocol.tfserving.SignatureMethod;
import dev.slipway.protocol.wire.WireReader;
import java.nio.ByteBuffer;

/** GetModelMetadata: which model is asked for, and its signatures. */
public final class ModelMetadataMessages {
    private static final String REQUEST = "GetModelMetadataRequest";
    private static final int MODEL_SPEC = WireReader.tag(1, WireReader.BYTES);
    private static final int METADATA_FIELD = WireReader.tag(2, WireReader.BYTES);
    private static final String SIGNATURE_DEF = "signature_def";

    private ModelMetadataMessages() {}

    /**
     * Reads GetModelMetadataRequest.
     *
     * @param message position to limit, which do not move
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it is malformed, names no model, or asks for anything but
     *     {@code signature_def}
     */
    public static Target readRequest(ByteBuffer message) {
        WireReader reader = new WireReader(REQUEST, message);
        ModelSpecReader modelSpec = new ModelSpecReader();
        boolean asked = false;
        while (reader.hasMore()) {
            int tag = reader.readTag();
            if (tag == MODEL_SPEC) {
                modelSpec.read(reader);
            } else if (tag == METADATA_FIELD) {
                requireSignatureDef(reader.readString());
                asked = true;
            } else {
                reader.skipUnknown(tag, 1 << 1 | 1 << 2);
            }
        }
        if (!asked) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s has no metadata_field (expected: %s)".formatted(REQUEST, SIGNATURE_DEF));
        }
        return modelSpec.target(REQUEST);
    }

    private static void requireSignatureDef(String field) {
        if (!field.equals(SIGNATURE_DEF)) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s asks for the metadata_field '%s' (expected: %s)".formatted(REQUEST, field, SIGNATURE_DEF));
        }
    }

    /**
     * Writes GetModelMetadataResponse.
     *
     * @param model which one is described
     */
    public static ByteBuffer writeResponse(ServableId model, ModelDescription description) {
        SignatureDefMap.Builder signatures = SignatureDefMap.newBuilder();
        description
                .signatures()
                .forEach((name, signature) ->
                        signatures.putSignatureDef(name, toProto(signature, SignatureMethod.of(description, name))));
        GetModelMetadataResponse response = GetModelMetadataResponse.newBuilder()
                .setModelSpec(ModelSpec.newBuilder().setName(model.model()).setVersion(Int64Value.of(model.version())))
                .putMetadata(SIGNATURE_DEF, Any.pack(signatures.build()))
                .build();
        return ByteBuffer.wrap(response.toByteArray());
    }

    private static SignatureDef toProto(Signature signature, String method) {
        SignatureDef.Builder def = SignatureDef.newBuilder().setMethodName(method);
        signature.inputs().forEach(input -> def.putInputs(input.name(), toProto(input)));
        signature.outputs().forEach(output -> def.putOutputs(output.name(), toProto(output)));
        return def.build();
    }

    private static TensorInfo toProto(TensorSpec tensor) {
        return TensorInfo.newBuilder()
                .setName(tensor.name())
                .setDtype(DataTypes.of(tensor.dtype()))
                .setTensorShape(toProto(tensor.shape()))
                .build();
    }

    private static TensorShapeProto toProto(Shape shape) {
        TensorShapeProto.Builder proto = TensorShapeProto.newBuilder().setUnknownRank(shape.isAnyRank());
        for (int axis = 0; axis < shape.rank(); axis++) {
            proto.addDimBuilder().setSize(shape.dim(axis));
        }
        return proto.build();
    }
}
