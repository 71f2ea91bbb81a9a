package dev.slipway.backend.keras;

import dev.slipway.api.DType;
import java.util.List;
import java.util.Map;

/** Activation functions that are layers of their own. */
final class ActivationLayers {
    private ActivationLayers() {}

    static void into(Map<String, LayerWriter> writers) {
        writers.put("Activation", LayerWriter.keeping(call -> call.activated(call.real(-1))));
        writers.put("LeakyReLU", LayerWriter.keeping(call -> {
            double slope = call.config().number(0.3, "negative_slope", "alpha");
            return call.ops().same("LeakyRelu", call.real(-1), Attribute.of("alpha", (float) slope));
        }));
        writers.put(
                "ELU",
                LayerWriter.keeping(call -> call.ops().same("Elu", call.real(-1), Attribute.of("alpha", (float)
                        call.config().number(1, "alpha")))));
        writers.put(
                "ThresholdedReLU",
                LayerWriter.keeping(call -> call.ops()
                        .same("ThresholdedRelu", call.real(-1), Attribute.of("alpha", (float)
                                call.config().number(1, "theta")))));
        writers.put("ReLU", LayerWriter.keeping(ActivationLayers::relu));
        writers.put("PReLU", LayerWriter.keeping(ActivationLayers::parametric));
        writers.put("Softmax", LayerWriter.keeping(ActivationLayers::softmax));
    }

    /** {@code max_value}, {@code negative_slope} and {@code threshold} at once. */
    private static Value relu(Call call) {
        Ops ops = call.ops();
        Value x = call.real(-1);
        LayerConfig config = call.config();
        double threshold = config.number(0, "threshold");
        double slope = config.number(0, "negative_slope");
        Value y;
        if (threshold == 0) {
            y = slope == 0 ? ops.same("Relu", x) : ops.same("LeakyRelu", x, Attribute.of("alpha", (float) slope));
        } else {
            Value below = ops.mul(ops.add(x, -threshold), slope);
            y = ops.where(ops.compare("GreaterOrEqual", x, ops.graph().number(threshold)), x, below);
        }
        if (config.has("max_value")) {
            y = ops.graph()
                    .node("Min", y.dtype(), y.shape(), List.of(y, ops.graph().number(config.number(0, "max_value"))));
        }
        return y;
    }

    private static Value parametric(Call call) {
        Value x = call.real(-1);
        long[] dims = new long[x.rank() - 1];
        java.util.Arrays.fill(dims, -1);
        Value slope = call.constant(call.weight("alpha", dims));
        return call.ops().graph().node("PRelu", DType.FP32, x.shape(), List.of(x, slope));
    }

    private static Value softmax(Call call) {
        Ops ops = call.ops();
        Value x = call.real(-1);
        int[] axes = call.config().has("axis") ? call.config().counts("axis") : new int[] {-1};
        call.refuse(axes.length != 1, "a softmax over several axes");
        Value mask = call.argument("mask", 1);
        if (mask != null) {
            x = ops.where(ops.cast(mask, DType.BOOL), x, ops.add(x, -1e9));
        }
        return ops.softmax(x, axes[0]);
    }
}
