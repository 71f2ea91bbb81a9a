package dev.slipway.server.warmup;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.protocol.proto.inference.ModelWarmup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * One input of a sample of Triton's.
 *
 * @param name of the input
 * @param asked what is said of it
 * @param hasRows whether its tensor has an axis for rows before those that are said
 * @param batch rows, each the same; 1 when there is no such axis
 */
record TritonTensor(String name, ModelWarmup.Input asked, boolean hasRows, int batch) {
    /** Always the same: a load is to fail always or never. */
    private static final long SEED = 1;

    /** @param folder where files of data lie */
    Tensor tensor(Path folder) throws IOException {
        if (!hasRows && batch > 1) {
            throw wrong("batch_size is %d, and there is no axis for rows".formatted(batch), "1");
        }
        DType dtype = dtype();
        Shape item = Shape.of(dims(0));
        // Four zero bytes are an empty string.
        int width = dtype.isFixedSize() ? dtype.byteSize() : Integer.BYTES;
        long elements = item.elementCount();
        if (Math.multiplyHigh(elements, (long) batch * width) != 0
                || elements * batch * width < 0
                || elements * batch * width > Samples.BYTES_MAX) {
            throw wrong("%s, %d times".formatted(item, batch), "at most %d bytes".formatted(Samples.BYTES_MAX));
        }
        byte[] bytes = switch (asked.getInputDataTypeCase()) {
            case ZERO_DATA -> new byte[(int) (elements * width)];
            case RANDOM_DATA -> random(dtype, (int) elements, width);
            case INPUT_DATA_FILE -> file(folder, asked.getInputDataFile());
            case INPUTDATATYPE_NOT_SET -> throw wrong("no data", "zero_data, random_data or input_data_file");
        };
        if ((long) bytes.length * batch > Samples.BYTES_MAX) {
            throw wrong("%d bytes, %d times".formatted(bytes.length, batch), "at most " + Samples.BYTES_MAX);
        }
        ByteBuffer all = ByteBuffer.allocate(bytes.length * batch);
        for (int row = 0; row < batch; row++) {
            all.put(bytes);
        }
        return new Tensor(dtype, Shape.of(dims(hasRows ? 1 : 0)), all.flip());
    }

    private long[] dims(int rowAxes) {
        long[] dims = new long[rowAxes + asked.getDimsCount()];
        for (int axis = 0; axis < dims.length; axis++) {
            dims[axis] = axis < rowAxes ? batch : asked.getDims(axis - rowAxes);
            if (dims[axis] < 0) {
                throw wrong("dims: %s".formatted(asked.getDimsList()), "sizes of 0 and more");
            }
        }
        return dims;
    }

    private DType dtype() {
        return switch (asked.getDataType()) {
            case TYPE_BOOL -> DType.BOOL;
            case TYPE_UINT8 -> DType.UINT8;
            case TYPE_UINT16 -> DType.UINT16;
            case TYPE_UINT32 -> DType.UINT32;
            case TYPE_UINT64 -> DType.UINT64;
            case TYPE_INT8 -> DType.INT8;
            case TYPE_INT16 -> DType.INT16;
            case TYPE_INT32 -> DType.INT32;
            case TYPE_INT64 -> DType.INT64;
            case TYPE_FP16 -> DType.FP16;
            case TYPE_BF16 -> DType.BF16;
            case TYPE_FP32 -> DType.FP32;
            case TYPE_FP64 -> DType.FP64;
            case TYPE_STRING -> DType.STRING;
            case TYPE_INVALID, UNRECOGNIZED -> throw wrong("no data_type", "TYPE_FP32 and its like");
        };
    }

    /** Numbers from 0 to 1, whole ones 0 or 1, which no model refuses; empty strings. */
    private static byte[] random(DType dtype, int elements, int width) {
        Random random = new Random(SEED);
        ByteBuffer bytes = ByteBuffer.allocate(elements * width).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < bytes.capacity() && dtype != DType.STRING; at += width) {
            switch (dtype) {
                case FP32 -> bytes.putFloat(at, random.nextFloat());
                case FP64 -> bytes.putDouble(at, random.nextDouble());
                // The upper half of a float.
                case BF16 -> bytes.putShort(at, (short) (Float.floatToIntBits(random.nextFloat()) >>> 16));
                // Any bits up to those of 1.
                case FP16 -> bytes.putShort(at, (short) random.nextInt(0x3c00));
                default -> bytes.put(at, (byte) random.nextInt(2));
            }
        }
        return bytes.array();
    }

    private byte[] file(Path folder, String file) throws IOException {
        Path path = folder.resolve(file).normalize();
        if (file.isEmpty() || !path.startsWith(folder.normalize())) {
            throw wrong(
                    "input_data_file '%s'".formatted(file),
                    "a file in the folder '%s'".formatted(folder.getFileName()));
        }
        if (!Files.isRegularFile(path)) {
            throw wrong("input_data_file '%s' is not there".formatted(file), "in " + folder);
        }
        if (Files.size(path) > Samples.BYTES_MAX) {
            throw wrong("'%s' has %d bytes".formatted(file, Files.size(path)), "at most " + Samples.BYTES_MAX);
        }
        return Files.readAllBytes(path);
    }

    private SlipwayException wrong(String found, String expected) {
        return new SlipwayException(
                ErrorCode.INVALID_ARGUMENT, "input '%s': %s (expected: %s)".formatted(name, found, expected));
    }
}
