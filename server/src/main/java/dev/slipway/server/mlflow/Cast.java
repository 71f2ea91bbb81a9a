package dev.slipway.server.mlflow;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Turns elements into those of another dtype, as MLflow does for its ONNX flavour: to wider ones, and to floats. */
final class Cast {
    /** What the columns of one request may take. */
    private static final long BYTES_MAX = 256L << 20;

    private Cast() {}

    /** Whether elements may be turned so: numbers to floats, also narrower ones; whole numbers to wider ones. */
    static boolean isAllowed(DType from, DType to) {
        if (from == to) {
            return true;
        }
        boolean fromNumber = from.isInteger() || from == DType.FP32 || from == DType.FP64 || from == DType.BOOL;
        if (to == DType.FP32 || to == DType.FP64) {
            return fromNumber && isRead(from);
        }
        return (to == DType.INT64 && from == DType.INT32) || (to.isInteger() && from == DType.BOOL);
    }

    private static boolean isRead(DType from) {
        return switch (from) {
            case BOOL, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, FP32, FP64 -> true;
            default -> false;
        };
    }

    /** The same elements as another dtype and shape. */
    static Tensor to(DType dtype, Tensor tensor, Shape shape) {
        if (tensor.dtype() == dtype) {
            return new Tensor(dtype, shape, tensor.data());
        }
        ByteBuffer from = tensor.data();
        ByteBuffer made = allocate(dtype, shape);
        while (from.hasRemaining()) {
            if (dtype == DType.FP64) {
                made.putDouble(real(tensor.dtype(), from));
            } else if (dtype == DType.FP32) {
                made.putFloat((float) real(tensor.dtype(), from));
            } else {
                put(dtype, (long) real(tensor.dtype(), from), made);
            }
        }
        return new Tensor(dtype, shape, made.flip());
    }

    private static double real(DType dtype, ByteBuffer from) {
        return switch (dtype) {
            case FP64 -> from.getDouble();
            case FP32 -> from.getFloat();
            case INT64 -> from.getLong();
            case INT32 -> from.getInt();
            case UINT32 -> from.getInt() & 0xFFFF_FFFFL;
            case INT16 -> from.getShort();
            case UINT16 -> from.getShort() & 0xFFFF;
            case INT8, BOOL -> from.get();
            case UINT8 -> from.get() & 0xFF;
            default -> throw new IllegalStateException("dtype: %s (expected: a number)".formatted(dtype));
        };
    }

    private static void put(DType dtype, long value, ByteBuffer made) {
        switch (dtype.byteSize()) {
            case 1 -> made.put((byte) value);
            case 2 -> made.putShort((short) value);
            case 4 -> made.putInt((int) value);
            default -> made.putLong(value);
        }
    }

    /** As many elements that are missing: NaN, or empty text. */
    static Tensor missing(DType dtype, Shape shape) {
        int count = Math.toIntExact(shape.elementCount());
        if (dtype == DType.STRING) {
            return new Tensor(dtype, shape, ByteBuffer.allocate(Math.multiplyExact(Integer.BYTES, count)));
        }
        if (!dtype.isFloat() || dtype.byteSize() < Float.BYTES) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "a column is missing whose input is %s (expected: its values, since %s has none for what is missing)"
                            .formatted(dtype, dtype));
        }
        ByteBuffer made = allocate(dtype, shape);
        for (int element = 0; element < count; element++) {
            if (dtype == DType.FP64) {
                made.putDouble(Double.NaN);
            } else {
                made.putFloat(Float.NaN);
            }
        }
        return new Tensor(dtype, shape, made.flip());
    }

    /** Columns of as many rows, side by side. */
    static Tensor beside(List<Tensor> columns, DType dtype, Shape shape) {
        if (columns.size() == 1) {
            return new Tensor(dtype, shape, columns.get(0).data());
        }
        int rows = Math.toIntExact(shape.dim(0));
        List<ByteBuffer> from = columns.stream().map(Tensor::data).toList();
        int bytes = dtype.byteSize();
        if (bytes > 0) {
            ByteBuffer made = allocate(dtype, shape);
            for (int row = 0; row < rows; row++) {
                for (ByteBuffer column : from) {
                    made.put(made.position(), column, row * bytes, bytes);
                    made.position(made.position() + bytes);
                }
            }
            return new Tensor(dtype, shape, made.flip());
        }
        int sum = from.stream().mapToInt(ByteBuffer::remaining).reduce(0, Math::addExact);
        ByteBuffer made = ByteBuffer.allocate(sum).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < rows; row++) {
            for (ByteBuffer column : from) {
                int length = column.getInt();
                made.putInt(length).put(column.slice(column.position(), length));
                column.position(column.position() + length);
            }
        }
        return new Tensor(dtype, shape, made.flip());
    }

    private static ByteBuffer allocate(DType dtype, Shape shape) {
        long bytes = Math.multiplyExact(shape.elementCount(), (long) dtype.byteSize());
        if (bytes > BYTES_MAX) {
            throw new SlipwayException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "the columns take %d bytes (expected: at most %d)".formatted(bytes, BYTES_MAX));
        }
        return ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
