package dev.slipway.backend.tensorflow;

import static dev.slipway.api.ErrorCode.INTERNAL;
import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.RESOURCE_EXHAUSTED;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.backend.common.WireWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.TF_TString;
import org.tensorflow.internal.c_api.TF_Tensor;
import org.tensorflow.internal.c_api.global.tensorflow;

/**
 * Makes TensorFlow's tensors of ours, and views of theirs. Inputs are copied: what is fed may live on in a variable, or be
 * the output, long after the request's memory has gone. Texts are handed over as a TensorProto, since only tensors that
 * TensorFlow made itself give the memory of long texts back.
 *
 * @see <a href="https://github.com/tensorflow/tensorflow/blob/v2.18.0/tensorflow/c/tf_tensor.h">tf_tensor.h</a>
 */
final class NativeTensors {
    private static final int PROTO_DTYPE = 1;
    private static final int PROTO_SHAPE = 2;
    private static final int PROTO_TEXT = 8;
    private static final int SHAPE_DIM = 2;
    private static final int DIM_SIZE = 1;

    private static final AtomicInteger LIVE = new AtomicInteger();

    private NativeTensors() {}

    /** Tensors that were made, by runs too, and not deleted yet. */
    static int live() {
        return LIVE.get();
    }

    /**
     * A copy in TensorFlow's memory, aligned as it likes it.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} for malformed texts, {@code RESOURCE_EXHAUSTED} when there is no memory
     */
    static TF_Tensor of(Tensor tensor, TF_Status status) {
        return tensor.dtype() == DType.STRING ? ofTexts(tensor, status) : ofNumbers(tensor);
    }

    private static TF_Tensor ofNumbers(Tensor tensor) {
        TF_Tensor made =
                allocate(DataTypes.number(tensor.dtype()), tensor.shape().dims(), tensor.byteCount());
        if (tensor.byteCount() > 0) {
            bytes(made).put(tensor.data());
        }
        return made;
    }

    private static TF_Tensor allocate(int type, long[] dims, long bytes) {
        TF_Tensor made = tensorflow.TF_AllocateTensor(type, dims, dims.length, bytes);
        if (made == null || made.isNull()) {
            throw new SlipwayException(
                    RESOURCE_EXHAUSTED, "no memory for a tensor of %d bytes (expected: free memory)".formatted(bytes));
        }
        LIVE.incrementAndGet();
        return made;
    }

    private static TF_Tensor ofTexts(Tensor tensor, TF_Status status) {
        byte[] proto = proto(tensor);
        TF_Tensor made = allocate(DataTypes.FLOAT, new long[] {0}, 0);
        boolean isDone = false;
        try (BytePointer pointer = new BytePointer(proto)) {
            TF_Buffer buffer = tensorflow.TF_NewBufferFromString(pointer, proto.length);
            tensorflow.TF_TensorFromProto(buffer, made, status);
            tensorflow.TF_DeleteBuffer(buffer);
            if (!TfErrors.isFine(status)) {
                throw new SlipwayException(INTERNAL, "TensorFlow can't read the texts that it was given");
            }
            isDone = true;
            return made;
        } finally {
            if (!isDone) {
                delete(made);
            }
        }
    }

    private static byte[] proto(Tensor tensor) {
        WireWriter shape = new WireWriter();
        for (long dim : tensor.shape().dims()) {
            shape.message(SHAPE_DIM, new WireWriter().varint(DIM_SIZE, dim));
        }
        WireWriter proto =
                new WireWriter().varint(PROTO_DTYPE, DataTypes.STRING).message(PROTO_SHAPE, shape);
        ByteBuffer data = tensor.data();
        long elements = tensor.elementCount();
        for (long element = 0; element < elements; element++) {
            int length = data.remaining() < Integer.BYTES ? -1 : data.getInt();
            if (length < 0 || length > data.remaining()) {
                throw new SlipwayException(
                        INVALID_ARGUMENT,
                        "%s: text %d ends beyond the data (expected: %d texts, each with its length)"
                                .formatted(tensor, element, elements));
            }
            byte[] text = new byte[length];
            data.get(text);
            proto.bytes(PROTO_TEXT, text);
        }
        return proto.toBytes();
    }

    /**
     * A view of a tensor that the run made, good until it is deleted; of texts a copy.
     *
     * @throws SlipwayException {@code INTERNAL} for a type that has no name here, {@code RESOURCE_EXHAUSTED} for 2 GiB and more
     */
    static Tensor view(String output, TF_Tensor tensor) {
        int type = tensorflow.TF_TensorType(tensor);
        DType dtype = DataTypes.dtype(type);
        long[] dims = new long[tensorflow.TF_NumDims(tensor)];
        for (int axis = 0; axis < dims.length; axis++) {
            dims[axis] = tensorflow.TF_Dim(tensor, axis);
        }
        if (dtype == null) {
            throw new SlipwayException(
                    INTERNAL,
                    "output '%s' is of %s (expected: numbers, bool or string)".formatted(output, DataTypes.name(type)));
        } else if (tensorflow.TF_TensorByteSize(tensor) > Integer.MAX_VALUE) {
            throw new SlipwayException(
                    RESOURCE_EXHAUSTED,
                    "output '%s' has %d bytes (expected: below 2 GiB)"
                            .formatted(output, tensorflow.TF_TensorByteSize(tensor)));
        }
        return new Tensor(dtype, Shape.of(dims), dtype == DType.STRING ? texts(output, tensor) : bytes(tensor));
    }

    private static ByteBuffer bytes(TF_Tensor tensor) {
        long bytes = tensorflow.TF_TensorByteSize(tensor);
        Pointer data = bytes == 0 ? null : tensorflow.TF_TensorData(tensor);
        return data == null ? ByteBuffer.allocate(0) : data.capacity(bytes).asByteBuffer();
    }

    private static ByteBuffer texts(String output, TF_Tensor tensor) {
        int count = (int) tensorflow.TF_TensorElementCount(tensor);
        TF_TString first = new TF_TString(count == 0 ? null : tensorflow.TF_TensorData(tensor));
        long total = 0;
        for (int i = 0; i < count; i++) {
            total += Integer.BYTES + tensorflow.TF_TString_GetSize(first.getPointer(i));
        }
        if (total > Integer.MAX_VALUE) {
            throw new SlipwayException(
                    RESOURCE_EXHAUSTED,
                    "output '%s' has %d bytes of text (expected: below 2 GiB)".formatted(output, total));
        }
        ByteBuffer texts = ByteBuffer.allocate((int) total).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            TF_TString text = first.getPointer(i);
            int length = (int) tensorflow.TF_TString_GetSize(text);
            texts.putInt(length);
            tensorflow.TF_TString_GetDataPointer(text).get(texts.array(), texts.position(), length);
            texts.position(texts.position() + length);
        }
        return texts.flip();
    }

    /** Counts tensors that a run made. */
    static void adopt(int tensors) {
        LIVE.addAndGet(tensors);
    }

    static void delete(TF_Tensor tensor) {
        tensorflow.TF_DeleteTensor(tensor);
        LIVE.decrementAndGet();
    }
}
