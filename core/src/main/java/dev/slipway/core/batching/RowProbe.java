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
 * Tests on a row of a real request whether a model treats rows apart: the row and another are run alone, and together,
 * and must be answered the same.
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

    /** The row that is tried. */
    Map<String, Tensor> row() {
        return row;
    }

    /**
     * Runs the model three times, on this thread.
     *
     * @param other another row, as {@link RowNeighbour} has it
     * @return what differed; null when nothing did
     * @throws SlipwayException when a row can't even be run alone, which tells nothing
     */
    @Nullable
    String run(Servable servable, Map<String, Tensor> other, long nowNanos) {
        Deadline deadline = Deadline.after(PATIENCE, nowNanos);
        try (InferenceResult alone = servable.run(with(row, deadline));
                InferenceResult otherAlone = servable.run(with(other, deadline))) {
            Map<String, Tensor> three = new RowJoin().join(signature, List.of(other, row, other), 3, false);
            try (InferenceResult joined = servable.run(with(three, deadline))) {
                RowSplit split = new RowSplit(joined.outputs(), 3);
                for (InferenceResult each : List.of(otherAlone, alone, otherAlone)) {
                    String difference = RowAgreement.difference(split.next(1), each.outputs());
                    if (difference != null) {
                        return difference;
                    }
                }
                return null;
            } catch (SlipwayException e) {
                return "three rows together fail: " + e.getMessage();
            }
        }
    }

    private InferenceRequest with(Map<String, Tensor> inputs, Deadline deadline) {
        return new InferenceRequest(request.target(), inputs, List.of(), deadline);
    }

    private static Tensor copy(Tensor tensor) {
        ByteBuffer from = tensor.data();
        ByteBuffer to = ByteBuffer.allocate(from.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        to.put(from).flip();
        return new Tensor(tensor.dtype(), tensor.shape(), to);
    }
}
