package dev.slipway.core.batching;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.util.List;
import java.util.Map;

/**
 * Whether and how the rows of one signature's requests can be joined. Asked for each request: nothing here allocates
 * once it is made, unless a request brings text.
 */
final class RowLayout {
    /**
     * How many times the larger of two inputs their common padded shape may have: [1, 1000] and [1000, 1] would have a
     * thousand times.
     */
    private static final int PADDED_FACTOR_MAX = 4;

    private final String[] names;
    private final String why;

    private RowLayout(String[] names, String why) {
        this.names = names;
        this.why = why;
    }

    static RowLayout of(Signature signature) {
        List<TensorSpec> inputs = signature.inputs();
        String[] names = new String[inputs.size()];
        String why = names.length == 0 ? "there are no inputs" : "";
        for (int i = 0; i < names.length; i++) {
            TensorSpec spec = inputs.get(i);
            names[i] = spec.name();
            if (why.isEmpty()) {
                why = spec.dtype() == DType.MAP
                        ? "input '%s' is of dtype MAP".formatted(spec.name())
                        : whyNot("input", spec);
            }
        }
        for (TensorSpec spec : signature.outputs()) {
            if (why.isEmpty()) {
                why = whyNot("output", spec);
            }
        }
        return new RowLayout(names, why);
    }

    private static String whyNot(String role, TensorSpec spec) {
        Shape shape = spec.shape();
        if (spec.sequence()) {
            return "%s '%s' is a sequence".formatted(role, spec.name());
        }
        if (!shape.isAnyRank() && shape.rank() > 0 && shape.dim(0) < 0) {
            return "";
        }
        String fault = shape.isAnyRank()
                ? "its number of dimensions is open"
                : shape.rank() == 0 ? "it has no dimension for rows" : "its first dimension is fixed";
        return "%s '%s' has shape %s: %s".formatted(role, spec.name(), shape, fault);
    }

    /** Whether every input and output has rows; there is at least one input. */
    boolean isJoinable() {
        return why.isEmpty();
    }

    /** Why not, as people read it; empty when it is joinable. */
    String why() {
        return why;
    }

    /**
     * How many rows a request has.
     *
     * @param inputs checked against the signature
     * @return the common size along axis 0, from 0; -1 when the inputs disagree, when text is not laid out as its shape
     *     says (joined, it would shift the rows of others), or when nothing is joinable: then the request runs alone
     */
    int rows(Map<String, Tensor> inputs) {
        if (!isJoinable()) {
            return -1;
        }
        long rows = -1;
        for (String name : names) {
            Tensor tensor = inputs.get(name);
            if (tensor == null || tensor.shape().rank() == 0) {
                return -1;
            }
            long size = tensor.shape().dim(0);
            if (size > Integer.MAX_VALUE || (rows >= 0 && size != rows)) {
                return -1;
            }
            if (!tensor.dtype().isFixedSize() && !VariableElements.areComplete(tensor)) {
                return -1;
            }
            rows = size;
        }
        return (int) rows;
    }

    /**
     * The largest size along axis 0, of a request whose inputs disagree; 1 where nothing is joinable, as there axis 0 may be
     * anything.
     */
    long rowsMost(Map<String, Tensor> inputs) {
        long most = 1;
        if (isJoinable()) {
            for (String name : names) {
                Tensor tensor = inputs.get(name);
                if (tensor != null && tensor.shape().rank() > 0) {
                    most = Math.max(most, tensor.shape().dim(0));
                }
            }
        }
        return most;
    }

    /** Elements of all inputs together for one of {@code rows} rows, at least 1: a measure of a row's size. */
    long elementsPerRow(Map<String, Tensor> inputs, int rows) {
        long elements = 0;
        for (String name : names) {
            Tensor tensor = inputs.get(name);
            if (tensor != null) {
                elements += tensor.elementCount();
            }
        }
        return Math.max(1, elements / Math.max(1, rows));
    }

    /**
     * Whether two requests, each with rows, can be joined.
     *
     * @param padsShapes whether inputs of fixed-size elements may differ beyond axis 0, within reason: their common
     *     shape has at most 4 times the elements of the larger one
     */
    boolean fits(Map<String, Tensor> one, Map<String, Tensor> other, boolean padsShapes) {
        for (String name : names) {
            Tensor first = one.get(name);
            Tensor second = other.get(name);
            if (first == null || second == null || first.dtype() != second.dtype()) {
                return false;
            }
            boolean pads = padsShapes && first.dtype().isFixedSize();
            boolean fits =
                    pads ? fitsPadded(first.shape(), second.shape()) : fitsExactly(first.shape(), second.shape());
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static boolean fitsExactly(Shape one, Shape other) {
        if (one.rank() != other.rank()) {
            return false;
        }
        for (int axis = 1; axis < one.rank(); axis++) {
            if (one.dim(axis) != other.dim(axis)) {
                return false;
            }
        }
        return true;
    }

    private static boolean fitsPadded(Shape one, Shape other) {
        if (one.rank() != other.rank()) {
            return false;
        }
        double ones = 1;
        double others = 1;
        double padded = 1;
        for (int axis = 1; axis < one.rank(); axis++) {
            ones *= one.dim(axis);
            others *= other.dim(axis);
            padded *= Math.max(one.dim(axis), other.dim(axis));
        }
        return padded <= PADDED_FACTOR_MAX * Math.max(1, Math.max(ones, others));
    }
}
