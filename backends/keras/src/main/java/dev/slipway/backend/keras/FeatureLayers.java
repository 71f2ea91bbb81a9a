package dev.slipway.backend.keras;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Layers that prepare features: scaling, and categories as numbers. */
final class FeatureLayers {
    /** The least standard deviation by which Keras divides. */
    private static final float EPSILON = 1e-7f;

    private static final int NUMBERS_MAX = 1 << 20;

    private FeatureLayers() {}

    static void into(Map<String, LayerWriter> writers) {
        writers.put("Rescaling", LayerWriter.keeping(FeatureLayers::rescaling));
        writers.put("Normalization", LayerWriter.keeping(FeatureLayers::normalization));
        writers.put("CategoryEncoding", LayerWriter.dropping(FeatureLayers::categories));
        writers.put("Discretization", LayerWriter.dropping(FeatureLayers::bins));
    }

    /** A number, or a list of numbers, however deep. */
    private static float[] numbers(Call call, String key) {
        List<Float> numbers = new ArrayList<>();
        collect(call, key, call.config().get(key), numbers);
        float[] values = new float[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = numbers.get(i);
        }
        return values;
    }

    private static void collect(
            Call call, String key, @org.jspecify.annotations.Nullable Object value, List<Float> to) {
        if (value instanceof Number number && to.size() < NUMBERS_MAX) {
            to.add(number.floatValue());
        } else if (value instanceof List<?> list) {
            list.forEach(item -> collect(call, key, item, to));
        } else if (value instanceof Map<?, ?> map && map.get("value") != null) {
            // NumPy's arrays are written as {"class_name": "__numpy__", "config": {"value": ...}}.
            collect(call, key, map.get("value"), to);
        } else if (value instanceof Map<?, ?> map && map.get("config") != null) {
            collect(call, key, map.get("config"), to);
        } else {
            throw Faults.invalid(
                    "%s: '%s' has no numbers (expected: numbers)", call.config().subject(), key);
        }
    }

    private static Value spread(Call call, String key, float[] values, long... dims) {
        String name = call.config().subject() + " " + key + java.util.Arrays.hashCode(values);
        return call.ops().graph().floats(name, dims, () -> values);
    }

    private static Value rescaling(Call call) {
        float[] scale = numbers(call, "scale");
        Value y = call.ops().mul(call.real(-1), spread(call, "scale", scale, scale.length));
        if (!call.config().has("offset")) {
            return y;
        }
        float[] offset = numbers(call, "offset");
        return call.ops().add(y, spread(call, "offset", offset, offset.length));
    }

    private static Value normalization(Call call) {
        Ops ops = call.ops();
        LayerConfig config = call.config();
        Value x = call.real(-1);
        long[] dims = new long[x.rank()];
        java.util.Arrays.fill(dims, 1);
        if (config.has("axis")) {
            for (int axis : config.counts("axis")) {
                int place = axis < 0 ? axis + x.rank() : axis;
                if (place < 1 || place >= x.rank()) {
                    throw Faults.invalid(
                            "%s: axis %d of %s (expected: one of its axes)", config.subject(), axis, x.shape());
                }
                dims[place] = call.known(x, place);
            }
        }
        Value mean;
        Value deviation;
        if (config.has("mean")) {
            float[] means = numbers(call, "mean");
            float[] variances = numbers(call, "variance");
            long[] itsDims = means.length == 1 ? new long[] {1} : dims;
            mean = spread(call, "mean", means, itsDims);
            deviation = spread(call, "variance", deviations(variances), itsDims);
        } else {
            long[] packed = java.util.stream.IntStream.range(1, x.rank())
                    .filter(axis -> dims[axis] != 1 || isAxis(config, axis, x.rank()))
                    .mapToLong(axis -> dims[axis])
                    .toArray();
            mean = call.constant(call.weight("mean", packed), dims, "~spread", values -> values);
            deviation = call.constant(call.weight("variance", packed), dims, "~deviation", FeatureLayers::deviations);
        }
        return config.flag(false, "invert")
                ? ops.add(mean, ops.mul(x, deviation))
                : ops.div(ops.sub(x, mean), deviation);
    }

    private static boolean isAxis(LayerConfig config, int axis, int rank) {
        return config.has("axis")
                && java.util.Arrays.stream(config.counts("axis"))
                        .anyMatch(said -> (said < 0 ? said + rank : said) == axis);
    }

    private static float[] deviations(float[] variances) {
        float[] deviations = new float[variances.length];
        for (int i = 0; i < deviations.length; i++) {
            deviations[i] = Math.max((float) Math.sqrt(variances[i]), EPSILON);
        }
        return deviations;
    }

    private static Value categories(Call call) {
        Ops ops = call.ops();
        LayerConfig config = call.config();
        long tokens = config.count(1, "num_tokens");
        String mode = config.text("multi_hot", "output_mode");
        call.refuse(call.inputs().size() > 1 || !call.arguments().named().isEmpty(), "count_weights");
        Value x = ops.cast(call.input(), DType.INT64);
        if (mode.equals("one_hot") && x.rank() > 0 && x.dim(-1) == 1 && x.rank() > 1) {
            x = ops.squeeze(x, -1);
        }
        long[] dims = java.util.Arrays.copyOf(x.shape().dims(), x.rank() + 1);
        dims[x.rank()] = tokens;
        Value levels = ops.graph().floats("levels", new long[] {2}, () -> new float[] {0, 1});
        Value hot = ops.graph()
                .node(
                        "OneHot",
                        DType.FP32,
                        Shape.of(dims),
                        List.of(x, ops.graph().number(tokens), levels));
        return switch (mode) {
            case "one_hot" -> hot;
            case "multi_hot" -> x.rank() < 2 ? hot : ops.reduce("ReduceMax", hot, false, -2);
            case "count" -> x.rank() < 2 ? hot : ops.reduce("ReduceSum", hot, false, -2);
            default ->
                throw Faults.unimplemented(
                        "%s: output_mode '%s' (expected: one_hot, multi_hot or count)", config.subject(), mode);
        };
    }

    private static Value bins(Call call) {
        Ops ops = call.ops();
        call.refuse(!call.config().text("int", "output_mode").equals("int"), "an output_mode other than int");
        float[] limits = numbers(call, "bin_boundaries");
        Value x = ops.unsqueeze(call.real(-1), -1);
        Value above = ops.compare("GreaterOrEqual", x, spread(call, "limits", limits, limits.length));
        return ops.reduce("ReduceSum", ops.cast(above, DType.INT64), false, -1);
    }
}
