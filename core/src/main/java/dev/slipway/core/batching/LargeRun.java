package dev.slipway.core.batching;

import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.Servable;
import dev.slipway.api.Signature;
import dev.slipway.api.Tensor;
import java.util.List;
import java.util.Map;

/**
 * The outputs of one request of more rows than may run at once, run in parts one after the other.
 *
 * @param outputs copies, so that there is nothing to close
 */
record LargeRun(Map<String, Tensor> outputs) implements InferenceResult {

    /** @param rows of the request, more than {@code joining.rowsMax()} */
    static LargeRun run(Servable servable, Signature signature, InferenceRequest request, int rows, Joining joining) {
        RowParts parts = new RowParts(rows);
        RowJoin join = new RowJoin();
        int left = rows;
        for (Map<String, Tensor> inputs : RowParts.cut(request.inputs(), rows, joining.rowsMax())) {
            int partRows = Math.min(left, joining.rowsMax());
            int padded = joining.sizes().padded(partRows);
            Map<String, Tensor> filled = padded == partRows
                    ? inputs
                    : join.join(
                            signature, List.of(inputs), padded, joining.sizes().padsShapes());
            InferenceRequest part =
                    new InferenceRequest(request.target(), filled, request.outputs(), request.deadline());
            try (InferenceResult result = servable.run(part)) {
                parts.add(new RowSplit(result.outputs(), padded).next(partRows), partRows);
            }
            left -= partRows;
        }
        return new LargeRun(parts.joined());
    }

    @Override
    public void close() {
        // The outputs are this object's own.
    }
}
