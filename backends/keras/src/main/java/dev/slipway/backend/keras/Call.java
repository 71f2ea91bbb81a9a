package dev.slipway.backend.keras;

import dev.slipway.api.Shape;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One call of a layer.
 *
 * @param config what the file says of the layer
 * @param weights of the layer
 * @param arguments what it is called with
 * @param ops where to write
 * @param dialect who wrote the file
 */
record Call(LayerConfig config, Weights weights, Arguments arguments, Ops ops, Dialect dialect) {

    /** The same of another layer, which this one holds. */
    Call of(LayerConfig other, Weights itsWeights, List<Value> itsInputs) {
        return new Call(other, itsWeights, Arguments.of(itsInputs), ops, dialect);
    }

    Call in(Ops others) {
        return new Call(config, weights, arguments, others, dialect);
    }

    List<Value> inputs() {
        return arguments.inputs();
    }

    /** The first input. */
    Value input() {
        List<Value> inputs = inputs();
        if (inputs.isEmpty()) {
            throw Faults.invalid("%s is called with nothing (expected: a tensor)", config.subject());
        }
        return inputs.get(0);
    }

    /** The first input as float32, which must have so many axes; -1 for any number, at least 1. */
    Value real(int rank) {
        Value x = ops.real(input());
        if (rank < 0 ? x.rank() < 1 : x.rank() != rank) {
            throw Faults.invalid(
                    "%s is called with a tensor of shape %s (expected: %s)",
                    config.subject(), x.shape(), rank < 0 ? "at least 1 axis" : rank + " axes");
        }
        return x;
    }

    /** The last size of a tensor, which must be known to know the weights. */
    long known(Value x, int axis) {
        long size = x.dim(axis);
        if (size < 0) {
            throw Faults.invalid(
                    "%s: the size of axis %d is not known of %s (expected: a number)",
                    config.subject(), axis, x.shape());
        }
        return size;
    }

    /** A weight that must be there, of a shape in which -1 is any size. */
    Weight weight(String role, long... dims) {
        Weight weight = weights.next(role);
        if (weight == null) {
            throw Faults.invalid(
                    "%s: weight '%s' is not in the file (expected: one of shape %s)",
                    config.subject(), role, Shape.of(dims));
        }
        if (!Shape.of(dims).accepts(weight.shape())) {
            throw Faults.invalid(
                    "%s: weight '%s' has shape %s (expected: %s)",
                    config.subject(), role, weight.shape(), Shape.of(dims));
        }
        return weight;
    }

    /** A weight as it is in the file. */
    Value constant(Weight weight) {
        return constant(weight, weight.dims(), "", values -> values);
    }

    /**
     * A weight, turned.
     *
     * @param dims after
     * @param how tells it from others that are made of the same weight
     */
    Value constant(Weight weight, long[] dims, String how, UnaryOperator<float[]> turn) {
        return ops.graph().floats(weight.path() + how, dims, () -> turn.apply(checked(weight)));
    }

    /** Numbers that are computed of weights when they are written. */
    Value computed(Weight first, String how, long[] dims, Supplier<float[]> values) {
        return ops.graph().floats(first.path() + "|" + how, dims, values);
    }

    static float[] checked(Weight weight) {
        float[] values = weight.read();
        if (values.length != weight.shape().elementCount()) {
            throw Faults.invalid(
                    "weight '%s' has %d numbers (expected: %d, as its shape %s says)",
                    weight.path(), values.length, weight.shape().elementCount(), weight.shape());
        }
        return values;
    }

    /** The value with the layer's activation applied to it. */
    Value activated(Value x) {
        return Activations.apply(this, x, config.get("activation"));
    }

    /** What the layer is called with under a name, or at a place behind the first input; null where it is not. */
    @Nullable
    Value argument(String name, int place) {
        List<Value> values = arguments.named().get(name);
        if (values != null && !values.isEmpty()) {
            return values.get(0);
        }
        return place >= 0 && place < inputs().size() ? inputs().get(place) : null;
    }

    /** Whether the layer's class is Keras's own, as far as the file says where it is from. */
    boolean isOfKeras() {
        Object module = config.values().get(LayerConfig.MODULE);
        return module == null || String.valueOf(module).matches("(tf_keras|tf\\.keras|keras(\\.src)?)\\.layers.*");
    }

    /** Refuses weights of few bits, which Keras quantizes layer by layer. */
    void checkPolicy() {
        Object policy = config.get("dtype");
        String text = String.valueOf(policy);
        refuse(text.contains("int8") || text.contains("int4") || text.contains("float8"), "quantized weights");
    }

    /** Refuses a setting that is there, but that nothing here heeds. */
    void refuse(boolean isThere, String what) {
        if (isThere) {
            throw Faults.unimplemented("%s: %s is not supported", config.subject(), what);
        }
    }
}
