package dev.slipway.backend.pmml;

import static dev.slipway.api.ErrorCode.DEADLINE_EXCEEDED;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.DType;
import dev.slipway.api.Deadline;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.TensorSpec;
import dev.slipway.backend.common.Holdings;
import dev.slipway.backend.common.RowAnswer;
import dev.slipway.backend.common.RowTable;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** A PMML model, run row by row on its callers' threads. */
final class PmmlServable implements Servable {
    private final PmmlDocument document;
    private final ModelDescription description;
    private final Signature signature;
    private final Scorer scorer;
    private final Holdings.Claim claim;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param claim of what the model holds; closed with this */
    PmmlServable(PmmlDocument document, Scorer scorer, Holdings.Claim claim) {
        this.document = document;
        this.description = document.description();
        this.signature = document.signature();
        this.scorer = scorer;
        this.claim = claim;
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    @Override
    public InferenceResult run(InferenceRequest request) {
        checkTime(request.deadline(), 0);
        if (closed.get()) {
            throw new SlipwayException(UNAVAILABLE, "'%s' is closed (expected: loaded)".formatted(document.file()));
        }
        RowTable table = new RowTable(signature, request.inputs());
        RowAnswer answer = new RowAnswer(signature, request.outputs(), table.rows());
        for (int row = 0; row < table.rows(); row++) {
            if ((row & 63) == 63) {
                checkTime(request.deadline(), row);
            }
            Map<String, Object> values = scorer.answer(row(table, row));
            for (TensorSpec spec : signature.outputs()) {
                if (spec.dtype() == DType.STRING) {
                    String text = scorer.text(values, spec.name());
                    answer.set(spec.name(), row, text == null ? "" : text);
                } else {
                    answer.set(spec.name(), row, scorer.number(values, spec.name()));
                }
            }
        }
        return answer.toResult();
    }

    private Map<String, Object> row(RowTable table, int row) {
        Map<String, Object> values = new HashMap<>();
        for (PmmlField field : document.inputs()) {
            Object value = field.dtype() == DType.STRING
                    ? table.text(field.name(), row)
                    : (Object) table.number(field.name(), row);
            if (value != null && !value.equals(Double.NaN)) {
                values.put(field.name(), value);
            }
        }
        return values;
    }

    private void checkTime(Deadline deadline, int rows) {
        if (deadline.isExpired(System.nanoTime())) {
            throw new SlipwayException(
                    DEADLINE_EXCEEDED,
                    "'%s' answered %d rows before the request's deadline had passed".formatted(document.file(), rows));
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            claim.close();
        }
    }
}
