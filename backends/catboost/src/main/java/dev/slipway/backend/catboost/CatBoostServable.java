package dev.slipway.backend.catboost;

import static dev.slipway.api.ErrorCode.DEADLINE_EXCEEDED;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.Deadline;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.backend.common.Holdings;
import dev.slipway.backend.common.RowAnswer;
import dev.slipway.backend.common.RowTable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A CatBoost model, run on its callers' threads, some rows at a time. */
final class CatBoostServable implements Servable {
    /** Between two looks at the clock. */
    private static final int ROWS_MAX = 1024;

    private final CbmFile model;
    private final ModelDescription description;
    private final Signature signature;
    private final Prediction prediction;
    private final Scorer scorer;
    private final Holdings.Claim claim;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param claim of what the model holds; closed with this */
    CatBoostServable(CbmFile model, ModelDescription description, Scorer scorer, Holdings.Claim claim) {
        this.model = model;
        this.description = description;
        this.signature = description.signatures().values().iterator().next();
        this.prediction = Prediction.of(model);
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
            throw new SlipwayException(UNAVAILABLE, "'%s' is closed (expected: loaded)".formatted(model.file()));
        }
        RowTable table = new RowTable(signature, request.inputs());
        RowAnswer answer = new RowAnswer(signature, request.outputs(), table.rows());
        for (int first = 0; first < table.rows(); first += ROWS_MAX) {
            checkTime(request.deadline(), first);
            int rows = Math.min(ROWS_MAX, table.rows() - first);
            double[][] raw = scorer.raw(numbers(table, first, rows), categories(table, first, rows));
            for (int row = 0; row < rows; row++) {
                answer(answer, first + row, raw[row]);
            }
        }
        return answer.toResult();
    }

    private void answer(RowAnswer answer, int row, double[] raw) {
        answer.set(Prediction.RAW, row, raw);
        if (!prediction.labels().isEmpty()) {
            answer.set(Prediction.PROBABILITY, row, prediction.probabilities(raw));
            answer.set(Prediction.CLASS, row, prediction.label(raw));
        } else {
            answer.set(Prediction.EXPONENT, row, Math.exp(raw[0]));
        }
    }

    private float[][] numbers(RowTable table, int first, int rows) {
        float[][] values = new float[rows][model.numbers().size()];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < values[row].length; i++) {
                values[row][i] = (float) table.number(model.numbers().get(i), first + row);
            }
        }
        return values;
    }

    private String @Nullable [][] categories(RowTable table, int first, int rows) {
        if (model.categories().isEmpty()) {
            return null;
        }
        String[][] values = new String[rows][model.categories().size()];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < values[row].length; i++) {
                String text = table.text(model.categories().get(i), first + row);
                values[row][i] = text == null ? "" : text;
            }
        }
        return values;
    }

    private void checkTime(Deadline deadline, int rows) {
        if (deadline.isExpired(System.nanoTime())) {
            throw new SlipwayException(
                    DEADLINE_EXCEEDED,
                    "'%s' answered %d rows before the request's deadline had passed".formatted(model.file(), rows));
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            scorer.close();
            claim.close();
        }
    }
}
