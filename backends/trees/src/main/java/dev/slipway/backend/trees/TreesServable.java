package dev.slipway.backend.trees;

import static dev.slipway.api.ErrorCode.DEADLINE_EXCEEDED;
import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.backend.common.Holdings;
import dev.slipway.backend.forest.Rows;
import java.util.Map;

/** A model that is loaded; runs on its callers' threads, any number at once. */
final class TreesServable implements Servable {
    private final String file;
    private final Interface model;
    private final Scorer scorer;
    private final Holdings.Claim claim;
    private volatile boolean isClosed;

    TreesServable(String file, Interface model, Scorer scorer, Holdings.Claim claim) {
        this.file = file;
        this.model = model;
        this.scorer = scorer;
        this.claim = claim;
    }

    @Override
    public ModelDescription description() {
        return model.description();
    }

    @Override
    public InferenceResult run(InferenceRequest request) {
        if (request.deadline().isExpired(System.nanoTime())) {
            throw new SlipwayException(
                    DEADLINE_EXCEEDED, "'%s' was not run: the request's deadline has passed".formatted(file));
        } else if (isClosed) {
            throw new SlipwayException(UNAVAILABLE, "'%s' is closed (expected: loaded)".formatted(file));
        }
        for (String name : request.outputs()) {
            if (!name.equals(Interface.OUTPUT) || request.outputs().size() > 1) {
                throw invalid("outputs %s (expected: '%s')".formatted(request.outputs(), Interface.OUTPUT));
            }
        }
        Rows rows = rows(request.inputs());
        Tensor answer = new Tensor(model.answer(), model.shape(rows.count()), scorer.score(rows, request.deadline()));
        return new Answer(Map.of(Interface.OUTPUT, answer));
    }

    private Rows rows(Map<String, Tensor> inputs) {
        Tensor matrix = inputs.get(model.matrix());
        if (matrix == null) {
            long known = model.columns().stream()
                    .filter(column -> inputs.containsKey(column.name()))
                    .count();
            if (known == 0 || known < inputs.size()) {
                throw unfit(inputs);
            }
            return new NamedColumns(model, inputs).rows();
        }
        if (inputs.size() > 1) {
            throw unfit(inputs);
        } else if (matrix.dtype() != model.dtype()
                || matrix.shape().rank() != 2
                || matrix.shape().dim(1) != model.features()) {
            throw invalid("input '%s' is %s (expected: %s[rows, %d])"
                    .formatted(model.matrix(), matrix, model.dtype(), model.features()));
        }
        return Rows.of(matrix);
    }

    private SlipwayException unfit(Map<String, Tensor> inputs) {
        String columns = model.columns().isEmpty()
                ? ""
                : ", or columns by name: %s%s"
                        .formatted(
                                model.columns().stream()
                                        .limit(10)
                                        .map(Column::name)
                                        .toList(),
                                model.columns().size() > 10 ? " and others" : "");
        return invalid("inputs are %s (expected: '%s' alone%s)".formatted(inputs.keySet(), model.matrix(), columns));
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(INVALID_ARGUMENT, message);
    }

    /** Memory of the heap, which needs no closing. */
    private record Answer(Map<String, Tensor> outputs) implements InferenceResult {
        @Override
        public void close() {}
    }

    @Override
    public void close() {
        isClosed = true;
        claim.close();
    }
}
