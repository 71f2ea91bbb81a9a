package dev.slipway.core.batching;

import dev.slipway.api.Deadline;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.Servable;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tests on a row of a real request whether a model treats rows apart: the row is run alone, and between two others made
 * from it, and must be answered the same.
 */
final class RowProbe {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Signature signature;
    private final InferenceRequest request;
    private final Map<String, Tensor> row;

    /** Copies the first row of {@code call}, whose inputs must be readable now, and need not be later. */
    RowProbe(Signature signature, Call call) {
        this.signature = signature;
        this.request = call.request;
        this.row = new LinkedHashMap<>();
        new RowSplit(call.request.inputs(), call.rows).next(1).forEach((name, tensor) -> row.put(name, copy(tensor)));
    }

    /**
     * Runs the model twice, on this thread.
     *
     * @return what differed; null when nothing did
     * @throws SlipwayException when the row can't even be run alone, which tells nothing
     */
    @Nullable
    String run(Servable servable, long nowNanos) {
        Deadline deadline = Deadline.after(PATIENCE, nowNanos);
        try (InferenceResult alone = servable.run(with(row, deadline))) {
            Map<String, Tensor> other = neighbour();
            Map<String, Tensor> three = new RowJoin().join(signature, List.of(other, row, other), 3, false);
            try (InferenceResult joined = servable.run(with(three, deadline))) {
                RowSplit split = new RowSplit(joined.outputs(), 3);
                split.next(1);
                return RowAgreement.difference(split.next(1), alone.outputs());
            } catch (SlipwayException e) {
                return "three rows together fail: " + e.getMessage();
            }
        }
    }

    private InferenceRequest with(Map<String, Tensor> inputs, Deadline deadline) {
        return new InferenceRequest(request.target(), inputs, List.of(), deadline);
    }

    /** Another row that the model is as likely to take: the same values in another order. */
    private Map<String, Tensor> neighbour() {
        Map<String, Tensor> other = new LinkedHashMap<>();
        row.forEach((name, tensor) -> other.put(name, reversed(tensor)));
        return other;
    }

    private static Tensor reversed(Tensor tensor) {
        if (!tensor.dtype().isFixedSize()) {
            return tensor;
        }
        int size = tensor.dtype().byteSize();
        ByteBuffer from = tensor.data();
        int bytes = from.remaining();
        byte[] to = new byte[bytes];
        boolean isSame = true;
        for (int at = 0; at < bytes; at += size) {
            from.get(bytes - size - at, to, at, size);
            for (int i = at; i < at + size; i++) {
                isSame &= to[i] == from.get(i);
            }
        }
        if (isSame && tensor.dtype().isFloat() && bytes > 0) {
            // All values are alike: one of them is made another.
            to[bytes - 1] ^= 0x01;
            to[bytes - 2] ^= 0x10;
        }
        return new Tensor(tensor.dtype(), tensor.shape(), ByteBuffer.wrap(to));
    }

    private static Tensor copy(Tensor tensor) {
        ByteBuffer from = tensor.data();
        ByteBuffer to = ByteBuffer.allocate(from.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        to.put(from).flip();
        return new Tensor(tensor.dtype(), tensor.shape(), to);
    }
}
