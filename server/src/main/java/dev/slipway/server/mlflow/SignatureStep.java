package dev.slipway.server.mlflow;

import dev.slipway.api.DType;
import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.InputStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lays the inputs of a signature into those of a model: each into the one of its name, or all columns into the only one. */
final class SignatureStep implements InputStep {
    private final List<TensorSpec> sent;
    private final Signature model;
    private final boolean isMatrix;

    private SignatureStep(List<TensorSpec> sent, Signature model, boolean isMatrix) {
        this.sent = sent;
        this.model = model;
        this.isMatrix = isMatrix;
    }

    /** What clients send: a tensor without a name goes by that of the model's only input. */
    static List<TensorSpec> sent(List<MlColumn> inputs, Signature model) {
        List<TensorSpec> sent = new ArrayList<>();
        for (MlColumn input : inputs) {
            boolean isUnnamed = input.name().isEmpty();
            if (isUnnamed && (inputs.size() > 1 || model.inputs().size() > 1)) {
                throw unfit("a tensor has no name (expected: one of %s)".formatted(names(model)));
            }
            String name = isUnnamed ? model.inputs().get(0).name() : input.name();
            sent.add(input.isTensor() ? new TensorSpec(name, input.dtype(), input.shape()) : input.spec());
        }
        return sent;
    }

    /** @throws SlipwayException {@code FAILED_PRECONDITION} when the signature does not fit the model */
    static SignatureStep open(List<MlColumn> inputs, Signature model) {
        List<TensorSpec> sent = sent(inputs, model);
        boolean isMatrix = model.inputs().size() == 1
                && sent.stream().noneMatch(spec -> model.input(spec.name()).isPresent());
        if (isMatrix) {
            requireMatrix(sent, model.inputs().get(0));
        }
        for (TensorSpec spec : sent) {
            TensorSpec target =
                    isMatrix ? model.inputs().get(0) : model.input(spec.name()).orElse(null);
            if (target == null) {
                throw unfit("the model has no input '%s' (expected: %s)".formatted(spec.name(), names(model)));
            }
            if (!Cast.isAllowed(spec.dtype(), target.dtype())) {
                throw unfit("'%s' is %s (expected: what turns into %s, as the model's input '%s' takes)"
                        .formatted(spec.name(), spec.dtype(), target.dtype(), target.name()));
            }
        }
        for (TensorSpec needed : model.inputs()) {
            boolean isSent = sent.stream().anyMatch(spec -> spec.name().equals(needed.name()));
            if (!isMatrix && !needed.optional() && !isSent) {
                throw unfit("it has %d inputs (expected: %s)".formatted(sent.size(), names(model)));
            }
        }
        return new SignatureStep(sent, model, isMatrix);
    }

    private static void requireMatrix(List<TensorSpec> columns, TensorSpec only) {
        Shape shape = only.shape();
        boolean fits = shape.isAnyRank()
                || (shape.rank() == 2 && (shape.dim(1) == -1 || shape.dim(1) == columns.size()))
                || (shape.rank() == 1 && columns.size() == 1);
        if (!fits || columns.stream().anyMatch(spec -> spec.shape().rank() != 1)) {
            throw unfit("%d columns (expected: %s, as the model's input '%s' takes)"
                    .formatted(columns.size(), shape, only.name()));
        }
    }

    private static String names(Signature model) {
        return model.inputs().stream()
                .map(spec -> "'" + spec.name() + "'")
                .toList()
                .toString();
    }

    private static SlipwayException unfit(String message) {
        return new SlipwayException(ErrorCode.FAILED_PRECONDITION, "MLmodel: signature: " + message);
    }

    @Override
    public List<TensorSpec> inputs() {
        return sent;
    }

    @Override
    public Map<String, Tensor> apply(Map<String, Tensor> inputs, Deadline deadline) {
        if (isMatrix) {
            return Map.of(model.inputs().get(0).name(), matrix(inputs));
        }
        int rows = -1;
        for (Tensor tensor : inputs.values()) {
            rows = tensor.shape().rank() == 0
                    ? rows
                    : Math.toIntExact(tensor.shape().dim(0));
        }
        Map<String, Tensor> made = new LinkedHashMap<>();
        for (TensorSpec target : model.inputs()) {
            Tensor found = inputs.get(target.name());
            if (found == null && sent.stream().noneMatch(spec -> spec.name().equals(target.name()))) {
                // The model does without, and so does the signature.
                continue;
            }
            made.put(
                    target.name(),
                    found == null
                            ? Cast.missing(target.dtype(), shape(Shape.of(rows), target))
                            : Cast.to(target.dtype(), found, shape(found.shape(), target)));
        }
        return made;
    }

    /** A column of the model may have a second axis, of one. */
    private static Shape shape(Shape found, TensorSpec target) {
        boolean isColumn = found.rank() == 1
                && !target.shape().isAnyRank()
                && target.shape().rank() == 2;
        return isColumn ? Shape.of(found.dim(0), 1) : found;
    }

    private Tensor matrix(Map<String, Tensor> columns) {
        long rows = -1;
        String first = "";
        for (Map.Entry<String, Tensor> column : columns.entrySet()) {
            long found = column.getValue().shape().dim(0);
            if (rows >= 0 && rows != found) {
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT,
                        "column '%s' has %d rows (expected: %d, as column '%s' has)"
                                .formatted(column.getKey(), found, rows, first));
            }
            first = rows < 0 ? column.getKey() : first;
            rows = found;
        }
        if (rows < 0) {
            throw new SlipwayException(ErrorCode.INVALID_ARGUMENT, "no column is there (expected: at least one)");
        }
        TensorSpec only = model.inputs().get(0);
        DType dtype = only.dtype();
        List<Tensor> parts = new ArrayList<>(sent.size());
        for (TensorSpec spec : sent) {
            Tensor column = columns.get(spec.name());
            parts.add(column == null ? Cast.missing(dtype, Shape.of(rows)) : Cast.to(dtype, column, column.shape()));
        }
        Shape shape =
                !only.shape().isAnyRank() && only.shape().rank() == 1 ? Shape.of(rows) : Shape.of(rows, parts.size());
        return Cast.beside(parts, dtype, shape);
    }

    @Override
    public void close() {
        // Holds memory of the heap alone.
    }
}
