package dev.slipway.backend.keras;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** A layer that is applied to each step of a sequence. */
final class WrapperLayers {
    /** Layers that do the same to each step anyway. */
    private static final Set<String> STEPWISE = Set.of("Dense", "Activation", "Dropout", "LeakyReLU", "ELU", "ReLU");

    private WrapperLayers() {}

    static void into(Map<String, LayerWriter> writers) {
        writers.put("TimeDistributed", LayerWriter.keeping(WrapperLayers::write));
    }

    private static Value write(Call call) {
        Ops ops = call.ops();
        LayerConfig inner =
                LayerConfig.of(call.config().get("layer"), call.config().subject() + ": 'layer'");
        Weights weights = call.weights().child("layer");
        Value x = call.input();
        if (STEPWISE.contains(inner.className())) {
            return Layers.one(call.of(inner, weights, List.of(x)));
        }
        if (x.rank() < 3) {
            throw Faults.invalid(
                    "%s is called with a tensor of shape %s (expected: 3 axes or more)",
                    call.config().subject(), x.shape());
        }
        long[] dims = new long[x.rank() - 1];
        dims[0] = -1;
        for (int axis = 1; axis < dims.length; axis++) {
            dims[axis] = call.known(x, axis + 1);
        }
        Value steps = ops.reshape(x, dims, dims);
        List<Value> outputs = Layers.call(call.of(inner, weights, List.of(steps)));
        call.refuse(outputs.size() != 1, "a layer of several outputs for each step");
        Value y = outputs.get(0);
        long[] back = new long[y.rank() + 1];
        back[0] = x.dim(0);
        back[1] = x.dim(1);
        for (int axis = 1; axis < y.rank(); axis++) {
            back[axis + 1] = call.known(y, axis);
        }
        long[] rest = java.util.Arrays.copyOfRange(back, 2, back.length);
        List<Value> sizes = rest.length == 0
                ? List.of(ops.size(x, 0), ops.size(x, 1))
                : List.of(ops.size(x, 0), ops.size(x, 1), ops.graph().longs(rest));
        return ops.graph().node("Reshape", y.dtype(), dev.slipway.api.Shape.of(back), List.of(y, ops.concat(sizes, 0)));
    }
}
