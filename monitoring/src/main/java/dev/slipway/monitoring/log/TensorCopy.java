package dev.slipway.monitoring.log;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tensor that was taken down.
 *
 * @param content in memory of its own; null for one that is left out
 */
record TensorCopy(
        String name, DType dtype, Shape shape, @Nullable Tensor content) {
    /** Bytes that copies of these take; those that are left out count too, since they are written in their shape. */
    static long bytes(Map<String, Tensor> tensors) {
        long bytes = 0;
        for (Tensor tensor : tensors.values()) {
            bytes += tensor.byteCount();
        }
        return bytes;
    }

    static List<TensorCopy> of(Map<String, Tensor> tensors, Redaction redaction) {
        List<TensorCopy> copies = new ArrayList<>(tensors.size());
        tensors.forEach((name, tensor) -> copies.add(
                new TensorCopy(name, tensor.dtype(), tensor.shape(), redaction.covers(name) ? null : copied(tensor))));
        return copies;
    }

    private static Tensor copied(Tensor tensor) {
        ByteBuffer data = tensor.data();
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        return new Tensor(tensor.dtype(), tensor.shape(), ByteBuffer.wrap(bytes));
    }
}
