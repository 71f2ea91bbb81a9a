package dev.slipway.protocol.tfserving.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.api.DType;
import dev.slipway.api.ServableId;
import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import dev.slipway.protocol.Buffers;
import dev.slipway.protocol.proto.tensorflow.TensorProto;
import dev.slipway.protocol.wire.TensorField;
import dev.slipway.protocol.wire.WireWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes PredictResponse. */
public final class PredictResponseWriter {
    private static final int OUTPUTS = 1;
    private static final int MODEL_SPEC = 2;
    private static final int ENTRY_KEY = 1;
    private static final int ENTRY_VALUE = 2;

    private PredictResponseWriter() {}

    /**
     * The message's bytes.
     *
     * @param model which one answered
     * @param signature which signature of it, not empty
     * @param outputs by name
     * @throws IllegalArgumentException for a MAP, which has no form here: turn it into text first
     * @throws dev.slipway.api.SlipwayException {@code RESOURCE_EXHAUSTED} past 2 GiB
     */
    public static ByteBuffer write(ServableId model, String signature, Map<String, Tensor> outputs, TensorForm form) {
        return write(model, signature, outputs, form, Buffers.HEAP);
    }

    /** As {@link #write(ServableId, String, Map, TensorForm)}, into memory that {@code buffers} gives. */
    public static ByteBuffer write(
            ServableId model, String signature, Map<String, Tensor> outputs, TensorForm form, Buffers buffers) {
        ModelSpecField spec = new ModelSpecField(model, signature);
        long size = spec.size(MODEL_SPEC);
        List<Output> measured = new ArrayList<>(outputs.size());
        for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
            Output next = new Output(output.getKey(), output.getValue(), form);
            measured.add(next);
            size += WireWriter.fieldSize(OUTPUTS, next.entrySize);
        }

        WireWriter writer = new WireWriter("PredictResponse", size, buffers);
        for (Output output : measured) {
            output.write(writer);
        }
        spec.write(MODEL_SPEC, writer);
        return writer.finish();
    }

    /** An entry of {@code outputs}, measured. */
    private static final class Output {
        private final byte[] name;
        private final Tensor tensor;
        private final int dtype;
        private final int shapeSize;
        private final TensorField elements;
        private final long tensorSize;
        private final long entrySize;

        Output(String name, Tensor tensor, TensorForm form) {
            this.name = name.getBytes(UTF_8);
            this.tensor = tensor;
            this.dtype = DataTypes.of(tensor.dtype()).getNumber();
            this.shapeSize = shapeSize(tensor.shape());
            this.elements = form == TensorForm.CONTENT && tensor.dtype() != DType.STRING
                    ? TensorField.content(TensorProto.TENSOR_CONTENT_FIELD_NUMBER, tensor)
                    : TensorField.values(DataTypes.valueField(tensor.dtype()), tensor);
            this.tensorSize = WireWriter.varintFieldSize(TensorProto.DTYPE_FIELD_NUMBER, dtype)
                    + WireWriter.fieldSize(TensorProto.TENSOR_SHAPE_FIELD_NUMBER, shapeSize)
                    + elements.size();
            this.entrySize =
                    WireWriter.fieldSize(ENTRY_KEY, this.name.length) + WireWriter.fieldSize(ENTRY_VALUE, tensorSize);
        }

        void write(WireWriter writer) {
            writer.header(OUTPUTS, entrySize);
            writer.bytesField(ENTRY_KEY, name);
            writer.header(ENTRY_VALUE, tensorSize);
            writer.varintField(TensorProto.DTYPE_FIELD_NUMBER, dtype);
            writer.header(TensorProto.TENSOR_SHAPE_FIELD_NUMBER, shapeSize);
            for (int axis = 0; axis < tensor.shape().rank(); axis++) {
                long dim = tensor.shape().dim(axis);
                writer.header(DIM, WireWriter.varintFieldSize(DIM_SIZE, dim));
                writer.varintField(DIM_SIZE, dim);
            }
            elements.write(writer);
        }

        private static final int DIM = 2;
        private static final int DIM_SIZE = 1;

        private static int shapeSize(Shape shape) {
            long size = 0;
            for (int axis = 0; axis < shape.rank(); axis++) {
                size += WireWriter.fieldSize(DIM, WireWriter.varintFieldSize(DIM_SIZE, shape.dim(axis)));
            }
            return (int) size;
        }
    }
}
