package dev.slipway.backend.torch;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNIMPLEMENTED;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Carries elements between requests and PyTorch. */
final class Elements {
    private Elements() {}

    /** A copy in PyTorch's own memory: a module may keep what it is given, or return it. */
    static PtNDArray toTorch(Arena arena, Tensor tensor) {
        PtNDArray array = JniUtils.createEmptyNdArray(
                arena.manager(),
                new ai.djl.ndarray.types.Shape(tensor.shape().dims()),
                type(tensor.dtype()),
                Device.cpu(),
                SparseFormat.DENSE);
        if (tensor.byteCount() > 0) {
            JniUtils.getByteBuffer(array, true).put(tensor.data());
        }
        return array;
    }

    /** A view of memory that the arena holds. */
    static Tensor fromTorch(String name, PtNDArray array) {
        DType dtype = dtype(name, array);
        Shape shape = Shape.of(array.getShape().getShape());
        ByteBuffer data = shape.elementCount() == 0 ? ByteBuffer.allocate(0) : JniUtils.getByteBuffer(array, true);
        return new Tensor(dtype, shape, data);
    }

    /** A tensor of one element, as a Python number would be. */
    static Tensor scalar(DType dtype, long bits) {
        ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, bits);
        return new Tensor(dtype, Shape.SCALAR, data.limit(dtype.byteSize()));
    }

    static Tensor text(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        ByteBuffer data = ByteBuffer.allocate(4 + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
        return new Tensor(
                DType.STRING, Shape.SCALAR, data.putInt(bytes.length).put(bytes).flip());
    }

    /** The one whole number in a tensor. */
    static long whole(String name, Tensor tensor) {
        ByteBuffer data = single(name, tensor);
        return switch (tensor.dtype()) {
            case BOOL, INT8 -> data.get();
            case UINT8 -> data.get() & 0xff;
            case INT16 -> data.getShort();
            case UINT16 -> data.getShort() & 0xffff;
            case INT32 -> data.getInt();
            case UINT32 -> data.getInt() & 0xffffffffL;
            case INT64, UINT64 -> data.getLong();
            default -> throw odd(name, tensor, "a whole number");
        };
    }

    /** The one number in a tensor. */
    static double real(String name, Tensor tensor) {
        return switch (tensor.dtype()) {
            case FP32 -> single(name, tensor).getFloat();
            case FP64 -> single(name, tensor).getDouble();
            case BF16 -> Float.intBitsToFloat(single(name, tensor).getShort() << 16);
            case FP16, STRING, MAP -> throw odd(name, tensor, "FP32 or FP64");
            default -> whole(name, tensor);
        };
    }

    /** The one text in a tensor. */
    static String text(String name, Tensor tensor) {
        ByteBuffer data = tensor.data();
        if (tensor.dtype() != DType.STRING
                || tensor.elementCount() != 1
                || data.remaining() < 4
                || data.getInt(0) != data.remaining() - 4) {
            throw odd(name, tensor, "one text");
        }
        return StandardCharsets.UTF_8.decode(data.position(4)).toString();
    }

    private static ByteBuffer single(String name, Tensor tensor) {
        if (tensor.elementCount() != 1) {
            throw odd(name, tensor, "one element");
        }
        return tensor.data();
    }

    private static SlipwayException odd(String name, Tensor tensor, String expected) {
        return new SlipwayException(
                INVALID_ARGUMENT, "input '%s' is %s (expected: %s)".formatted(name, tensor, expected));
    }

    private static DataType type(DType dtype) {
        return switch (dtype) {
            case FP32 -> DataType.FLOAT32;
            case FP64 -> DataType.FLOAT64;
            case FP16 -> DataType.FLOAT16;
            case UINT8 -> DataType.UINT8;
            case INT8 -> DataType.INT8;
            case INT32 -> DataType.INT32;
            case INT64 -> DataType.INT64;
            case BOOL -> DataType.BOOLEAN;
            default -> throw new IllegalArgumentException("dtype: " + dtype);
        };
    }

    private static DType dtype(String name, PtNDArray array) {
        DataType type = array.getDataType();
        return switch (type) {
            case FLOAT32 -> DType.FP32;
            case FLOAT64 -> DType.FP64;
            case FLOAT16 -> DType.FP16;
            case UINT8 -> DType.UINT8;
            case INT8 -> DType.INT8;
            case INT32 -> DType.INT32;
            case INT64 -> DType.INT64;
            case BOOLEAN -> DType.BOOL;
            default ->
                throw new SlipwayException(
                        UNIMPLEMENTED,
                        "output '%s' is of a type that DJL's PyTorch engine does not read: %s (expected: a module that returns"
                                        .formatted(name, type)
                                + " float, double, half, uint8, int8, int32, int64 or bool)");
        };
    }
}
