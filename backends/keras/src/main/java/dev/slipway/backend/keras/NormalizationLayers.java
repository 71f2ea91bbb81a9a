package dev.slipway.backend.keras;

import dev.slipway.api.DType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Normalization by what training has seen, or by the input itself. */
final class NormalizationLayers {
    private static final double EPSILON = 1e-3;

    private NormalizationLayers() {}

    static void into(Map<String, LayerWriter> writers) {
        writers.put("BatchNormalization", LayerWriter.keeping(NormalizationLayers::batch));
        writers.put("BatchNormalizationV1", LayerWriter.keeping(NormalizationLayers::batch));
        writers.put("SyncBatchNormalization", LayerWriter.keeping(NormalizationLayers::batch));
        writers.put("LayerNormalization", LayerWriter.keeping(NormalizationLayers::layer));
        writers.put("RMSNormalization", LayerWriter.keeping(NormalizationLayers::root));
        writers.put("GroupNormalization", LayerWriter.keeping(NormalizationLayers::group));
        writers.put("UnitNormalization", LayerWriter.keeping(NormalizationLayers::unit));
    }

    private static int[] axes(Call call, int rank) {
        int[] axes = call.config().has("axis") ? call.config().counts("axis") : new int[] {-1};
        for (int i = 0; i < axes.length; i++) {
            axes[i] = axes[i] < 0 ? axes[i] + rank : axes[i];
            if (axes[i] < 1 || axes[i] >= rank) {
                throw Faults.invalid(
                        "%s: axis %d of a tensor of %d axes (expected: 1 to %d)",
                        call.config().subject(), axes[i], rank, rank - 1);
            }
        }
        java.util.Arrays.sort(axes);
        return axes;
    }

    private static Value batch(Call call) {
        Ops ops = call.ops();
        LayerConfig config = call.config();
        Value x = call.real(-1);
        call.refuse(config.countOr(0, "mode") == 1, "mode 1, which normalizes each sample by itself");
        int[] axes = axes(call, x.rank());
        call.refuse(axes.length != 1, "normalization along several axes");
        long size = call.known(x, axes[0]);
        Weight gamma = config.flag(true, "scale") ? call.weight("gamma", size) : null;
        Weight beta = config.flag(true, "center") ? call.weight("beta", size) : null;
        Value mean = call.constant(call.weight("moving_mean", size));
        Value variance = call.constant(call.weight("moving_variance", size));
        int[] order = java.util.stream.IntStream.range(0, x.rank()).toArray();
        for (int i = axes[0]; i > 1; i--) {
            order[i] = i - 1;
        }
        order[1] = axes[0];
        int[] back = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            back[order[i]] = i;
        }
        Value first = ops.transpose(x, order);
        Value y = ops.graph()
                .node(
                        "BatchNormalization",
                        DType.FP32,
                        first.shape(),
                        List.of(first, orAll(call, gamma, 1, size), orAll(call, beta, 0, size), mean, variance),
                        Attribute.of("epsilon", (float) config.number(EPSILON, "epsilon")));
        return ops.transpose(y, back);
    }

    /** A weight, or a constant of the same number everywhere. */
    private static Value orAll(Call call, @Nullable Weight weight, float otherwise, long... dims) {
        if (weight != null) {
            return call.constant(weight);
        }
        long count = dev.slipway.api.Shape.of(dims).elementCount();
        return call.ops().graph().floats("all " + otherwise + java.util.Arrays.toString(dims), dims, () -> {
            float[] values = new float[Math.toIntExact(count)];
            java.util.Arrays.fill(values, otherwise);
            return values;
        });
    }

    private static Value layer(Call call) {
        Ops ops = call.ops();
        LayerConfig config = call.config();
        Value x = call.real(-1);
        int[] axes = axes(call, x.rank());
        long[] dims = new long[axes.length];
        boolean isTail = true;
        for (int i = 0; i < axes.length; i++) {
            dims[i] = call.known(x, axes[i]);
            isTail &= axes[i] == x.rank() - axes.length + i;
        }
        call.refuse(config.flag(false, "rms_scaling"), "rms_scaling");
        Weight gamma = config.flag(true, "scale") ? call.weight("gamma", dims) : null;
        Weight beta = config.flag(true, "center") ? call.weight("beta", dims) : null;
        float epsilon = (float) config.number(EPSILON, "epsilon");
        if (isTail) {
            return ops.graph()
                    .node(
                            "LayerNormalization",
                            DType.FP32,
                            x.shape(),
                            List.of(x, orAll(call, gamma, 1, dims), orAll(call, beta, 0, dims)),
                            Attribute.of("axis", axes[0]),
                            Attribute.of("epsilon", epsilon));
        }
        Value normal = normalized(ops, x, epsilon, axes);
        return scaled(call, normal, gamma, beta, axes);
    }

    private static Value normalized(Ops ops, Value x, double epsilon, int... axes) {
        Value centered = ops.sub(x, ops.reduce("ReduceMean", x, true, axes));
        Value variance = ops.reduce("ReduceMean", ops.mul(centered, centered), true, axes);
        return ops.div(centered, ops.same("Sqrt", ops.add(variance, epsilon)));
    }

    /** The value times one weight plus another, which lie along some axes. */
    private static Value scaled(Call call, Value x, @Nullable Weight gamma, @Nullable Weight beta, int... axes) {
        long[] dims = new long[x.rank()];
        java.util.Arrays.fill(dims, 1);
        for (int axis : axes) {
            dims[axis] = x.dim(axis);
        }
        Value y = x;
        if (gamma != null) {
            y = call.ops().mul(y, call.constant(gamma, dims, "~spread", values -> values));
        }
        return beta == null ? y : call.ops().add(y, call.constant(beta, dims, "~spread", values -> values));
    }

    private static Value root(Call call) {
        Ops ops = call.ops();
        Value x = call.real(-1);
        int[] axes = axes(call, x.rank());
        long[] dims = java.util.Arrays.stream(axes)
                .mapToLong(axis -> call.known(x, axis))
                .toArray();
        Value mean = ops.reduce("ReduceMean", ops.mul(x, x), true, axes);
        Value y = ops.div(x, ops.same("Sqrt", ops.add(mean, call.config().number(1e-6, "epsilon"))));
        return scaled(call, y, call.weight("scale", dims), null, axes);
    }

    private static Value group(Call call) {
        Ops ops = call.ops();
        LayerConfig config = call.config();
        Value x = call.real(-1);
        int[] axes = axes(call, x.rank());
        call.refuse(axes.length != 1, "groups along several axes");
        long size = call.known(x, axes[0]);
        long groups = config.countOr(32, "groups");
        groups = groups == -1 ? size : groups;
        if (groups < 1 || size % groups != 0) {
            throw Faults.invalid(
                    "%s: %d groups of %d channels (expected: a number that divides them)",
                    config.subject(), groups, size);
        }
        Weight gamma = config.flag(true, "scale") ? call.weight("gamma", size) : null;
        Weight beta = config.flag(true, "center") ? call.weight("beta", size) : null;
        boolean isLast = axes[0] == x.rank() - 1 && axes[0] > 1;
        call.refuse(!isLast && axes[0] != 1, "groups along an axis that is neither the first nor the last");
        Value first = isLast ? ops.channelsFirst(x) : x;
        Value flat = ops.reshape(first, new long[] {0, groups, -1}, x.dim(0), groups, -1);
        Value normal = normalized(ops, flat, config.number(EPSILON, "epsilon"), 2);
        Value shape = ops.graph().node("Shape", DType.INT64, dev.slipway.api.Shape.of(x.rank()), List.of(first));
        Value y = ops.graph().node("Reshape", DType.FP32, first.shape(), List.of(normal, shape));
        return scaled(call, isLast ? ops.channelsLast(y) : y, gamma, beta, axes);
    }

    private static Value unit(Call call) {
        Ops ops = call.ops();
        Value x = call.real(-1);
        Value squares = ops.reduce("ReduceSum", ops.mul(x, x), true, axes(call, x.rank()));
        Value least = ops.graph().number(1e-12);
        Value bounded = ops.graph().node("Max", DType.FP32, squares.shape(), List.of(squares, least));
        return ops.div(x, ops.same("Sqrt", bounded));
    }
}
