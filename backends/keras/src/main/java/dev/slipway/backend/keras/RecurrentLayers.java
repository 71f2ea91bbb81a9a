package dev.slipway.backend.keras;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Recurrent layers, over {@code [batch, time, size]}, and both directions at once. */
final class RecurrentLayers {
    private RecurrentLayers() {}

    static void into(Map<String, LayerWriter> writers) {
        for (String name : List.of("LSTM", "GRU", "SimpleRNN", "RNN")) {
            writers.put(name, RecurrentLayers::write);
        }
        writers.put("Bidirectional", RecurrentLayers::both);
    }

    /** A layer, and what it is run on. */
    private static Recurrence.Run run(Call call, Value x, List<Value> initial, boolean isZeroed) {
        LayerConfig config = call.config();
        call.refuse(config.flag(false, "stateful"), "state that is kept from request to request (stateful: true)");
        call.refuse(call.arguments().named().containsKey("constants"), "a call with constants");
        if (x.rank() != 3) {
            throw Faults.invalid(
                    "%s is called with a tensor of shape %s (expected: 3 axes)", config.subject(), x.shape());
        }
        long in = call.known(x, 2);
        Weights own = call.weights().child("cell");
        LayerConfig cell = config.className().equals("RNN") ? cell(config) : config;
        Recurrence recurrence = new Recurrence(call, Cells.of(call.of(cell, own, List.of()), in));
        return recurrence.run(call.ops().real(x), initial, x.mask(), config.flag(false, "go_backwards"), isZeroed);
    }

    /** A cell, or a list of them. */
    private static LayerConfig cell(LayerConfig config) {
        Object said = config.get("cell");
        return said instanceof List<?> list
                ? new LayerConfig("StackedRNNCells", config.name(), Map.of("cells", list))
                : LayerConfig.of(said, config.subject() + ": 'cell'");
    }

    private static List<Value> initial(Call call) {
        List<Value> named = call.arguments().named().get("initial_state");
        if (named != null) {
            return named;
        }
        return call.inputs().subList(1, call.inputs().size());
    }

    private static List<Value> write(Call call) {
        boolean isSequence = call.config().flag(false, "return_sequences");
        Value x = masked(call);
        Recurrence.Run run = run(call, x, initial(call), call.config().flag(false, "zero_output_for_mask"));
        List<Value> outputs = new ArrayList<>();
        outputs.add(isSequence ? sequence(call, run, false).masked(x.mask()) : run.last());
        if (call.config().flag(false, "return_state")) {
            outputs.addAll(run.states());
        }
        return outputs;
    }

    /** The first input, with the mask that was said or that it brings. */
    private static Value masked(Call call) {
        Value said = call.argument("mask", -1);
        Value x = call.input();
        return said == null ? x : x.masked(call.ops().cast(said, dev.slipway.api.DType.BOOL));
    }

    /** All outputs in the order in which the layer gives them, or in the other. */
    private static Value sequence(Call call, Recurrence.Run run, boolean isTurned) {
        return call.config().flag(false, "go_backwards") != isTurned
                ? call.ops().reversed(run.sequence(), 1)
                : run.sequence();
    }

    private static List<Value> both(Call call) {
        Ops ops = call.ops();
        LayerConfig forward =
                LayerConfig.of(call.config().get("layer"), call.config().subject() + ": 'layer'");
        LayerConfig backward = call.config().has("backward_layer")
                ? LayerConfig.of(
                        call.config().get("backward_layer"), call.config().subject() + ": 'backward_layer'")
                : turned(forward);
        Value x = masked(call);
        List<Value> initial = initial(call);
        int half = initial.size() / 2;
        boolean isSequence = forward.flag(false, "return_sequences");
        Call one = call.of(forward, call.weights().child("forward_layer"), List.of(x));
        Call other = call.of(backward, call.weights().child("backward_layer"), List.of(x));
        for (Call part : List.of(one, other)) {
            call.refuse(
                    !List.of("LSTM", "GRU", "SimpleRNN", "RNN")
                            .contains(part.config().className()),
                    "both directions of " + part.config().className());
        }
        Recurrence.Run there = run(one, x, initial.subList(0, half), isSequence);
        Recurrence.Run back = run(other, x, initial.subList(half, initial.size()), isSequence);
        Value a = isSequence ? sequence(one, there, false) : there.last();
        Value b = isSequence ? sequence(other, back, true) : back.last();
        List<Value> outputs = new ArrayList<>();
        for (Value merged : merged(call, ops, a, b)) {
            outputs.add(isSequence ? merged.masked(x.mask()) : merged);
        }
        if (forward.flag(false, "return_state")) {
            outputs.addAll(there.states());
            outputs.addAll(back.states());
        }
        return outputs;
    }

    private static List<Value> merged(Call call, Ops ops, Value a, Value b) {
        // Only what is written as null gives both; a file that does not say means concat.
        @Nullable Object mode = call.config().values().getOrDefault("merge_mode", "concat");
        if (mode == null) {
            return List.of(a, b);
        }
        return switch (String.valueOf(mode)) {
            case "concat" -> List.of(ops.concat(List.of(a, b), -1));
            case "sum" -> List.of(ops.add(a, b));
            case "mul" -> List.of(ops.mul(a, b));
            case "ave" -> List.of(ops.mul(ops.add(a, b), 0.5));
            default ->
                throw Faults.unimplemented(
                        "%s: merge_mode '%s' (expected: concat, sum, mul, ave or null)",
                        call.config().subject(), mode);
        };
    }

    private static LayerConfig turned(LayerConfig layer) {
        Map<String, @Nullable Object> values = new java.util.HashMap<>(layer.values());
        values.put("go_backwards", !layer.flag(false, "go_backwards"));
        return new LayerConfig(layer.className(), layer.name(), values);
    }
}
