package dev.slipway.protocol.openinference.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.api.DType;
import dev.slipway.api.ServableId;
import dev.slipway.api.Tensor;
import dev.slipway.protocol.Buffers;
import dev.slipway.protocol.openinference.OutputForm;
import dev.slipway.protocol.openinference.SharedMemory;
import dev.slipway.protocol.openinference.SharedPlace;
import dev.slipway.protocol.proto.inference.InferParameter;
import dev.slipway.protocol.proto.inference.ModelInferResponse;
import dev.slipway.protocol.wire.TensorField;
import dev.slipway.protocol.wire.WireWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes ModelInferResponse. */
public final class InferResponseWriter {
    private static final int MODEL_NAME = 1;
    private static final int MODEL_VERSION = 2;
    private static final int ID = 3;
    private static final int OUTPUTS = 5;
    private static final int RAW_OUTPUT_CONTENTS = 6;

    private InferResponseWriter() {}

    /**
     * The message's bytes.
     *
     * @param model which one answered
     * @param id as the request has it; may be empty
     * @param outputs by name, in the order in which they go out
     * @param raw whether elements go out as they lie. They all do, whatever this says, once one output is FP16 or
     *     BF16, which have no other form: the protocol allows no mixture
     * @throws IllegalArgumentException for a MAP, which has no form here: turn it into text first
     * @throws dev.slipway.api.SlipwayException {@code RESOURCE_EXHAUSTED} past 2 GiB
     */
    public static ByteBuffer write(ServableId model, String id, Map<String, Tensor> outputs, boolean raw) {
        return write(model, id, outputs, raw, Buffers.HEAP);
    }

    /** As {@link #write(ServableId, String, Map, boolean)}, into memory that {@code buffers} gives. */
    public static ByteBuffer write(
            ServableId model, String id, Map<String, Tensor> outputs, boolean raw, Buffers buffers) {
        return write(model, id, outputs, raw, new Places(Map.of(), SharedMemory.OFF, buffers));
    }

    /**
     * Where an answer goes.
     *
     * @param forms by output; those with a place go into {@code memory}
     * @param buffers gives the memory of the message itself
     */
    public record Places(Map<String, OutputForm> forms, SharedMemory memory, Buffers buffers) {
        private @Nullable SharedPlace of(String output) {
            OutputForm form = forms.isEmpty() ? null : forms.get(output);
            return form == null ? null : form.place();
        }
    }

    /** As {@link #write(ServableId, String, Map, boolean)}, with outputs elsewhere than in the message. */
    public static ByteBuffer write(
            ServableId model, String id, Map<String, Tensor> outputs, boolean raw, Places places) {
        byte[] name = model.model().getBytes(UTF_8);
        byte[] version = Long.toString(model.version()).getBytes(UTF_8);
        byte[] echoed = id.getBytes(UTF_8);
        boolean allRaw = raw || outputs.values().stream().anyMatch(InferResponseWriter::mustBeRaw);
        long size = WireWriter.fieldSize(MODEL_NAME, name.length)
                + WireWriter.fieldSize(MODEL_VERSION, version.length)
                + (echoed.length == 0 ? 0 : WireWriter.fieldSize(ID, echoed.length));
        List<Output> measured = new ArrayList<>(outputs.size());
        for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
            SharedPlace place = places.of(output.getKey());
            if (place != null) {
                places.memory().write(place, output.getValue().data());
            }
            Output next = new Output(output.getKey(), output.getValue(), allRaw, place);
            measured.add(next);
            size += next.size();
        }

        WireWriter writer = new WireWriter("ModelInferResponse", size, places.buffers());
        writer.bytesField(MODEL_NAME, name);
        writer.bytesField(MODEL_VERSION, version);
        writer.bytesField(ID, echoed);
        for (Output output : measured) {
            output.write(writer);
        }
        if (allRaw) {
            for (Output output : measured) {
                output.writeRaw(writer);
            }
        }
        return writer.finish();
    }

    private static boolean mustBeRaw(Tensor tensor) {
        return tensor.dtype() == DType.FP16 || tensor.dtype() == DType.BF16;
    }

    /** An InferOutputTensor, measured, and its elements, which may stand elsewhere. */
    private static final class Output {
        private static final int NAME = 1;
        private static final int DATATYPE = 2;
        private static final int SHAPE = 3;
        private static final int CONTENTS = 5;
        private static final byte[] NOTHING = {};

        private final byte[] name;
        private final byte[] datatype;
        private final Tensor tensor;
        private final boolean raw;
        private final byte[] parameters;
        private final TensorField elements;
        private final long shapeSize;
        private final long messageSize;

        /** @param place where the elements went; null when they are to be in the message */
        Output(String name, Tensor tensor, boolean raw, @Nullable SharedPlace place) {
            this.name = name.getBytes(UTF_8);
            this.datatype = Datatypes.name(tensor.dtype()).getBytes(UTF_8);
            this.tensor = tensor;
            this.raw = raw;
            this.parameters = place == null ? NOTHING : parameters(place, tensor.byteCount());
            this.elements = raw
                    ? TensorField.content(RAW_OUTPUT_CONTENTS, tensor)
                    : TensorField.values(Datatypes.contentsField(tensor.dtype()), tensor);
            long shape = 0;
            for (int axis = 0; axis < tensor.shape().rank(); axis++) {
                shape += WireWriter.varintSize(tensor.shape().dim(axis));
            }
            this.shapeSize = shape;
            this.messageSize = WireWriter.fieldSize(NAME, this.name.length)
                    + WireWriter.fieldSize(DATATYPE, datatype.length)
                    + (shape == 0 ? 0 : WireWriter.fieldSize(SHAPE, shape))
                    + parameters.length
                    + (raw || isElsewhere() ? 0 : WireWriter.fieldSize(CONTENTS, elements.size()));
        }

        private static byte[] parameters(SharedPlace place, long bytes) {
            ModelInferResponse.InferOutputTensor.Builder told = ModelInferResponse.InferOutputTensor.newBuilder()
                    .putParameters(
                            SharedPlace.REGION,
                            InferParameter.newBuilder()
                                    .setStringParam(place.region())
                                    .build())
                    .putParameters(
                            SharedPlace.BYTE_SIZE,
                            InferParameter.newBuilder().setInt64Param(bytes).build());
            if (place.offset() > 0) {
                told.putParameters(
                        SharedPlace.OFFSET,
                        InferParameter.newBuilder()
                                .setInt64Param(place.offset())
                                .build());
            }
            return told.build().toByteArray();
        }

        /** Whether the elements are not in the message. */
        private boolean isElsewhere() {
            return parameters.length > 0;
        }

        /** Bytes of all that it adds to the response. */
        long size() {
            long content = isElsewhere() ? WireWriter.fieldSize(RAW_OUTPUT_CONTENTS, 0) : elements.size();
            return WireWriter.fieldSize(OUTPUTS, messageSize) + (raw ? content : 0);
        }

        /** Its raw entry; an empty one for elements that are elsewhere, as the others are found by their places. */
        void writeRaw(WireWriter writer) {
            if (isElsewhere()) {
                writer.header(RAW_OUTPUT_CONTENTS, 0);
            } else {
                elements.write(writer);
            }
        }

        void write(WireWriter writer) {
            writer.header(OUTPUTS, messageSize);
            writer.bytesField(NAME, name);
            writer.bytesField(DATATYPE, datatype);
            if (shapeSize > 0) {
                writer.header(SHAPE, shapeSize);
                for (int axis = 0; axis < tensor.shape().rank(); axis++) {
                    writer.varint(tensor.shape().dim(axis));
                }
            }
            writer.bytes(ByteBuffer.wrap(parameters), 0, parameters.length);
            if (!raw && !isElsewhere()) {
                writer.header(CONTENTS, elements.size());
                elements.write(writer);
            }
        }
    }
}
