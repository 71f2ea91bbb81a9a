package dev.slipway.backend.keras;

import dev.slipway.api.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Attention by a dot product, and by a sum. Inputs are query, value and perhaps key, each {@code [batch, time, size]}. */
final class AttentionLayers {
    /** What Keras takes from the score of a step that does not count. */
    static final double NEVER = -1e9;

    private AttentionLayers() {}

    static void into(Map<String, LayerWriter> writers) {
        writers.put("Attention", call -> write(call, AttentionLayers::product));
        writers.put("AdditiveAttention", call -> write(call, AttentionLayers::sum));
    }

    /** The score of each pair of query and key: {@code [batch, query, key]}. */
    private interface Score {
        Value of(Call call, Value query, Value key);
    }

    private static Value product(Call call, Value query, Value key) {
        Ops ops = call.ops();
        LayerConfig config = call.config();
        if (config.text("dot", "score_mode").equals("concat")) {
            Weight scale = config.flag(false, "use_scale") ? call.weight("scale") : null;
            Value weight = call.constant(call.weight("concat_score_weight"));
            Value both = pairs(ops, query, key);
            Value scaled = scale == null ? both : ops.mul(both, call.constant(scale));
            return ops.mul(ops.reduce("ReduceSum", ops.same("Tanh", scaled), false, -1), weight);
        }
        Value scores = ops.matmul(query, ops.transpose(key, 0, 2, 1));
        return config.flag(false, "use_scale") ? ops.mul(scores, call.constant(call.weight("scale"))) : scores;
    }

    private static Value sum(Call call, Value query, Value key) {
        Ops ops = call.ops();
        Value both = ops.same("Tanh", pairs(ops, query, key));
        if (call.config().flag(true, "use_scale")) {
            both = ops.mul(both, call.constant(call.weight("scale", call.known(query, -1))));
        }
        return ops.reduce("ReduceSum", both, false, -1);
    }

    private static Value pairs(Ops ops, Value query, Value key) {
        return ops.add(ops.unsqueeze(query, 2), ops.unsqueeze(key, 1));
    }

    private static List<Value> write(Call call, Score score) {
        Ops ops = call.ops();
        List<Value> inputs = new ArrayList<>();
        for (Value input : call.inputs()) {
            call.refuse(input.rank() != 3, "a tensor of shape " + input.shape());
            inputs.add(ops.real(input));
        }
        if (inputs.size() < 2 || inputs.size() > 3) {
            throw Faults.invalid(
                    "%s is called with %d tensors (expected: query, value and perhaps key)",
                    call.config().subject(), inputs.size());
        }
        Value query = inputs.get(0);
        Value value = inputs.get(1);
        Value scores = score.of(call, query, inputs.size() > 2 ? inputs.get(2) : value);
        Value mask = value.mask() == null ? null : ops.unsqueeze(value.mask(), 1);
        if (call.arguments().isSet("use_causal_mask") || call.config().flag(false, "causal")) {
            mask = and(ops, mask, causal(ops, scores));
        }
        if (mask != null) {
            scores = ops.where(mask, scores, ops.add(scores, NEVER));
        }
        Value weights = ops.softmax(scores, -1);
        Value y = ops.matmul(weights, value);
        if (query.mask() != null) {
            y = ops.where(ops.unsqueeze(query.mask(), 2), y, ops.graph().number(0.0));
        }
        y = y.masked(query.mask());
        return call.arguments().isSet("return_attention_scores") ? List.of(y, weights) : List.of(y);
    }

    static Value and(Ops ops, @Nullable Value a, Value b) {
        return a == null ? b : ops.compare("And", a, b);
    }

    /** Which keys a query may see: those that are not behind it. {@code [query, key]} of scores that end so. */
    static Value causal(Ops ops, Value scores) {
        Value queries = ops.size(scores, scores.rank() - 2);
        Value keys = ops.size(scores, scores.rank() - 1);
        return ops.compare("GreaterOrEqual", ops.unsqueeze(range(ops, queries), 1), ops.unsqueeze(range(ops, keys), 0));
    }

    private static Value range(Ops ops, Value size) {
        Value start = ops.graph().number(0L);
        Value end = ops.squeeze(size, 0);
        return ops.graph()
                .node(
                        "Range",
                        DType.INT64,
                        dev.slipway.api.Shape.of(-1),
                        List.of(start, end, ops.graph().number(1L)));
    }
}
