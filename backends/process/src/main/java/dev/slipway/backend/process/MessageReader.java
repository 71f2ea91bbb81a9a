package dev.slipway.backend.process;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads what a worker said, which may be anything; bytes after the last known field are those of a later version. */
final class MessageReader {
    private static final int RANK_MAX = 32;
    private static final int TENSORS_MAX = 100_000;

    private final ByteBuffer in;

    /** @param body what follows the kind */
    MessageReader(ByteBuffer body) {
        this.in = body.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    int number8() throws IOException {
        return Byte.toUnsignedInt(take(1).get());
    }

    int number16() throws IOException {
        return Short.toUnsignedInt(take(2).getShort());
    }

    int number32() throws IOException {
        return take(4).getInt();
    }

    long number64() throws IOException {
        return take(8).getLong();
    }

    /** What is no UTF-8 in it is replaced: it is for people. */
    String text() throws IOException {
        byte[] bytes = new byte[size(number32(), "a text")];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** By name, in the worker's order; views of the body. */
    Map<String, Tensor> tensors() throws IOException {
        int count = number32();
        if (count < 0 || count > TENSORS_MAX) {
            throw new WorkerLostException(
                    "sent %d tensors (expected: at most %d)".formatted(Integer.toUnsignedLong(count), TENSORS_MAX));
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String name = text();
            if (tensors.put(name, tensor()) != null) {
                throw new WorkerLostException("sent tensor '%s' twice (expected: once)".formatted(name));
            }
        }
        return tensors;
    }

    private Tensor tensor() throws IOException {
        DType dtype = WireTypes.dtype(number8());
        int rank = number8();
        if (rank > RANK_MAX) {
            throw new WorkerLostException("sent a tensor of rank %d (expected: at most %d)".formatted(rank, RANK_MAX));
        }
        long[] dims = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            dims[axis] = number64();
            if (dims[axis] < 0) {
                throw new WorkerLostException("sent a tensor with dimension %d (expected: >= 0)".formatted(dims[axis]));
            }
        }
        long said = number64();
        ByteBuffer data = in.slice(in.position(), size(said, "a tensor")).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + data.remaining());
        try {
            Tensor tensor = new Tensor(dtype, Shape.of(dims), data);
            walk(tensor);
            return tensor;
        } catch (SlipwayException e) {
            throw new WorkerLostException("sent a " + e.getMessage());
        }
    }

    /** Sees to it that elements of variable size lie within their tensor, and fill it. */
    private static void walk(Tensor tensor) throws IOException {
        if (tensor.dtype().isFixedSize()) {
            return;
        }
        ByteBuffer data = tensor.data();
        boolean isMap = tensor.dtype() == DType.MAP;
        for (long left = tensor.elementCount(); left > 0; left--) {
            long entries = isMap ? length(data) : 1;
            for (long entry = 0; entry < entries; entry++) {
                skip(data, length(data));
                skip(data, isMap ? Float.BYTES : 0);
            }
        }
        if (data.hasRemaining()) {
            throw new WorkerLostException(
                    "sent %s with %d bytes after its elements (expected: none)".formatted(tensor, data.remaining()));
        }
    }

    private static long length(ByteBuffer data) throws IOException {
        if (data.remaining() < Integer.BYTES) {
            throw new WorkerLostException("sent elements that end within a length (expected: 4 bytes)");
        }
        return Integer.toUnsignedLong(data.getInt());
    }

    private static void skip(ByteBuffer data, long bytes) throws IOException {
        if (bytes > data.remaining()) {
            throw new WorkerLostException(
                    "sent an element of %d bytes where %d are left".formatted(bytes, data.remaining()));
        }
        data.position(data.position() + (int) bytes);
    }

    private int size(long said, String what) throws IOException {
        if (said < 0 || said > in.remaining()) {
            throw new WorkerLostException("sent %s of %s bytes where %d are left in the message"
                    .formatted(what, Long.toUnsignedString(said), in.remaining()));
        }
        return (int) said;
    }

    private ByteBuffer take(int bytes) throws IOException {
        if (in.remaining() < bytes) {
            throw new WorkerLostException(
                    "sent a message that ends early (expected: %d more bytes)".formatted(bytes - in.remaining()));
        }
        return in;
    }
}
