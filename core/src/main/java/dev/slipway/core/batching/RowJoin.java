package dev.slipway.core.batching;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Copies the inputs of several requests behind each other, into direct memory that it keeps for the next time. For one
 * thread at a time.
 */
final class RowJoin {
    /** For each input of a signature, by its place in it. */
    private AlignedMemory[] memories = {};

    /**
     * Joins requests in their order, so that the first rows are the first request's. Each input is copied once, into
     * little-endian memory that starts on a cache line.
     *
     * @param requests at least one; inputs whose rows {@link RowLayout#rows} counted and that fit
     * @param paddedRows at least the sum of rows; what is missing are copies of the first row, or zeros and empty texts
     *     where there is no row at all
     * @param padsShapes whether inputs that differ beyond axis 0 are padded to the largest, each with its own first
     *     element, or with zero where it has none
     * @return tensors in the signature's order, valid until the next join
     * @throws SlipwayException {@code RESOURCE_EXHAUSTED} when an input has more than 2 GiB or no memory is left
     */
    Map<String, Tensor> join(
            Signature signature, List<Map<String, Tensor>> requests, int paddedRows, boolean padsShapes) {
        List<TensorSpec> specs = signature.inputs();
        ensureMemories(specs.size());
        String[] names = new String[specs.size()];
        Tensor[] joined = new Tensor[names.length];
        for (int i = 0; i < names.length; i++) {
            DType dtype = specs.get(i).dtype();
            names[i] = specs.get(i).name();
            if (!dtype.isFixedSize()) {
                joined[i] = joinText(memories[i], names[i], requests, paddedRows);
            } else if (padsShapes && !areAlike(names[i], requests)) {
                joined[i] = PaddedRows.join(memories[i], names[i], requests, paddedRows);
            } else {
                joined[i] = joinNumbers(memories[i], names[i], requests, paddedRows);
            }
        }
        return NamedTensors.of(names, joined);
    }

    /** Bytes of memory that it keeps. */
    long capacityBytes() {
        long bytes = 0;
        for (AlignedMemory memory : memories) {
            bytes += memory.capacityBytes();
        }
        return bytes;
    }

    private void ensureMemories(int count) {
        int had = memories.length;
        if (had < count) {
            memories = Arrays.copyOf(memories, count);
            for (int i = had; i < count; i++) {
                memories[i] = new AlignedMemory();
            }
        }
    }

    private static boolean areAlike(String name, List<Map<String, Tensor>> requests) {
        Shape first = input(requests.get(0), name).shape();
        for (int i = 1; i < requests.size(); i++) {
            Shape other = input(requests.get(i), name).shape();
            for (int axis = 1; axis < first.rank(); axis++) {
                if (first.dim(axis) != other.dim(axis)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static Tensor joinNumbers(
            AlignedMemory memory, String name, List<Map<String, Tensor>> requests, int paddedRows) {
        Tensor first = input(requests.get(0), name);
        Shape shape = first.shape().withFirst(paddedRows);
        long bytes = Math.multiplyExact(shape.elementCount(), first.dtype().byteSize());
        ByteBuffer target = memory.claim(bytes, subject(name, requests));
        int rowBytes = paddedRows == 0 ? 0 : (int) (bytes / paddedRows);
        for (int i = 0; i < requests.size(); i++) {
            Tensor tensor = input(requests.get(i), name);
            ByteBuffer source = tensor.data();
            // Rows of another size would shift those of others, whose callers would get wrong answers.
            if (source.remaining() != tensor.shape().dim(0) * rowBytes || source.remaining() > target.remaining()) {
                throw new IllegalArgumentException(
                        "input '%s' has shape %s (expected: to fit %s)".formatted(name, tensor.shape(), shape));
            }
            target.put(source);
        }
        pad(target, rowBytes, (int) bytes);
        return new Tensor(first.dtype(), shape, target.flip());
    }

    private static Tensor joinText(
            AlignedMemory memory, String name, List<Map<String, Tensor>> requests, int paddedRows) {
        Tensor first = input(requests.get(0), name);
        Shape shape = first.shape().withFirst(paddedRows);
        int missing = paddedRows - rows(name, requests, paddedRows);
        long bytes = 0;
        int rowBytes = -1;
        for (int i = 0; i < requests.size(); i++) {
            Tensor tensor = input(requests.get(i), name);
            bytes += tensor.data().remaining();
            if (rowBytes < 0 && tensor.shape().dim(0) > 0) {
                rowBytes = firstRowBytes(tensor);
            }
        }
        // Without a single row, the padding is empty texts: a length of zero each.
        long padding = rowBytes >= 0
                ? Math.multiplyExact((long) missing, rowBytes)
                : Math.multiplyExact(shape.elementCount(), Integer.BYTES);
        ByteBuffer target = memory.claim(Math.addExact(bytes, padding), subject(name, requests));
        target.limit((int) bytes);
        for (int i = 0; i < requests.size(); i++) {
            target.put(input(requests.get(i), name).data());
        }
        pad(target, Math.max(0, rowBytes), (int) (bytes + padding));
        return new Tensor(first.dtype(), shape, target.flip());
    }

    private static int firstRowBytes(Tensor tensor) {
        long elements = tensor.elementCount() / tensor.shape().dim(0);
        return VariableElements.end(tensor.dtype(), tensor.data(), 0, elements);
    }

    /** Fills up to {@code bytes} with the first row, which starts at 0, or with zeros when there is none. */
    private static void pad(ByteBuffer target, int rowBytes, int bytes) {
        boolean isEmpty = target.position() == 0;
        target.limit(bytes);
        if (isEmpty) {
            AlignedMemory.clear(target);
        } else {
            AlignedMemory.repeat(target, 0, rowBytes);
        }
    }

    static Tensor input(Map<String, Tensor> request, String name) {
        Tensor tensor = request.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no input '%s' (expected: requests that were checked)".formatted(name));
        }
        return tensor;
    }

    static int rows(String name, List<Map<String, Tensor>> requests, int paddedRows) {
        long rows = 0;
        for (int i = 0; i < requests.size(); i++) {
            rows += input(requests.get(i), name).shape().dim(0);
        }
        if (rows > paddedRows) {
            throw new IllegalArgumentException(
                    "input '%s': %d rows (expected: at most %d)".formatted(name, rows, paddedRows));
        }
        return (int) rows;
    }

    static String subject(String name, List<Map<String, Tensor>> requests) {
        return requests.size() == 1 ? "rows of input '" + name + "'" : "joined rows of input '" + name + "'";
    }
}
