package dev.slipway.backend.h2o;

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
import hex.genmodel.easy.RowData;
import java.util.concurrent.atomic.AtomicBoolean;

/** A MOJO, run row by row on its callers' threads. */
final class H2oServable implements Servable {
    private final Mojo mojo;
    private final Signature signature;
    private final Scorer scorer;
    private final Holdings.Claim claim;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param claim of what the model holds; closed with this */
    H2oServable(Mojo mojo, Scorer scorer, Holdings.Claim claim) {
        this.mojo = mojo;
        this.signature = mojo.signature();
        this.scorer = scorer;
        this.claim = claim;
    }

    @Override
    public ModelDescription description() {
        return mojo.description();
    }

    @Override
    public InferenceResult run(InferenceRequest request) {
        checkTime(request.deadline(), 0);
        if (closed.get()) {
            throw new SlipwayException(UNAVAILABLE, "'%s' is closed (expected: loaded)".formatted(mojo.file()));
        }
        RowTable table = new RowTable(signature, request.inputs());
        RowAnswer answer = new RowAnswer(signature, request.outputs(), table.rows());
        for (int row = 0; row < table.rows(); row++) {
            if ((row & 63) == 63) {
                checkTime(request.deadline(), row);
            }
            double offset = mojo.offset().isEmpty() ? 0 : table.number(mojo.offset(), row);
            scorer.answer(row(table, row), Double.isNaN(offset) ? 0 : offset, answer, row);
        }
        return answer.toResult();
    }

    private RowData row(RowTable table, int row) {
        RowData data = new RowData();
        for (TensorSpec spec : signature.inputs()) {
            if (spec.dtype() == DType.STRING) {
                String text = table.text(spec.name(), row);
                if (text != null) {
                    data.put(spec.name(), text);
                }
            } else {
                double number = table.number(spec.name(), row);
                if (!Double.isNaN(number)) {
                    data.put(spec.name(), number);
                }
            }
        }
        return data;
    }

    private void checkTime(Deadline deadline, int rows) {
        if (deadline.isExpired(System.nanoTime())) {
            throw new SlipwayException(
                    DEADLINE_EXCEEDED,
                    "'%s' answered %d rows before the request's deadline had passed".formatted(mojo.file(), rows));
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            claim.close();
        }
    }
}
