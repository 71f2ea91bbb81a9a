package dev.slipway.backend.keras;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs a cell along time. */
final class Recurrence {
    private final Call call;
    private final Ops ops;
    private final Cell cell;

    Recurrence(Call call, Cell cell) {
        this.call = call;
        this.ops = call.ops();
        this.cell = cell;
    }

    /**
     * What comes out.
     *
     * @param sequence {@code [batch, time, size]}, in the order of time, whatever the direction
     * @param last {@code [batch, size]}: the output of the last step that was taken
     * @param states after it
     */
    record Run(Value sequence, Value last, List<Value> states) {}

    /**
     * @param x {@code [batch, time, size]}
     * @param initial states before the first step; empty for zeros
     * @param mask {@code [batch, time]}; a step that does not count leaves the states alone
     * @param backwards from the last step to the first
     * @param isZeroed whether the output of a step that does not count is zero, and not the one before it
     */
    Run run(Value x, List<Value> initial, @Nullable Value mask, boolean backwards, boolean isZeroed) {
        if (!initial.isEmpty() && initial.size() != cell.stateSizes().size()) {
            throw Faults.invalid(
                    "%s is called with %d states (expected: %d)",
                    call.config().subject(), initial.size(), cell.stateSizes().size());
        }
        Optional<Cell.Native> operator = mask == null ? cell.operator() : Optional.empty();
        Value byTime = ops.transpose(x, 1, 0, 2);
        return operator.isPresent()
                ? byOperator(operator.get(), x, byTime, initial, backwards)
                : byLoop(x, byTime, initial, mask, new Way(backwards, isZeroed));
    }

    private Run byOperator(Cell.Native operator, Value x, Value byTime, List<Value> initial, boolean backwards) {
        boolean isLstm = operator.op().equals("LSTM");
        long units = cell.stateSizes().get(0);
        List<String> inputs = new ArrayList<>(List.of(
                byTime.name(),
                operator.kernel().name(),
                operator.recurrent().name(),
                operator.bias().name()));
        if (!initial.isEmpty()) {
            inputs.add("");
            for (Value state : initial) {
                inputs.add(ops.unsqueeze(ops.real(state), 0).name());
            }
        }
        List<Attribute> attributes = new ArrayList<>(operator.attributes());
        if (backwards) {
            attributes.add(Attribute.of("direction", "reverse"));
        }
        Graph graph = ops.graph();
        List<String> outputs = new ArrayList<>(List.of(graph.fresh("Y"), graph.fresh("H")));
        if (isLstm) {
            outputs.add(graph.fresh("C"));
        }
        graph.node(operator.op(), inputs, outputs, attributes.toArray(Attribute[]::new));
        long batch = x.dim(0);
        Value all = new Value(outputs.get(0), DType.FP32, Shape.of(x.dim(1), 1, batch, units));
        List<Value> states = new ArrayList<>();
        for (String state : outputs.subList(1, outputs.size())) {
            states.add(ops.squeeze(new Value(state, DType.FP32, Shape.of(1, batch, units)), 0));
        }
        return new Run(ops.transpose(ops.squeeze(all, 1), 1, 0, 2), states.get(0), states);
    }

    private record Way(boolean backwards, boolean isZeroed) {}

    private Run byLoop(Value x, Value byTime, List<Value> initial, @Nullable Value mask, Way way) {
        Graph graph = ops.graph();
        Ops body = new Ops(graph.inner());
        long batch = x.dim(0);
        List<String> inputs = new ArrayList<>();
        List<Value> bodyInputs = new ArrayList<>();
        List<Value> before = new ArrayList<>();
        List<Long> sizes = new ArrayList<>(cell.stateSizes());
        long size = sizes.get(cell.output());
        if (mask != null) {
            // The last output is carried along, for steps that do not count.
            sizes.add(size);
        }
        for (int i = 0; i < sizes.size(); i++) {
            Value start = i < initial.size() ? ops.real(initial.get(i)) : zeros(x, sizes.get(i));
            inputs.add(start.name());
            before.add(new Value(graph.fresh("before"), DType.FP32, Shape.of(batch, sizes.get(i))));
        }
        bodyInputs.addAll(before);
        inputs.add(byTime.name());
        Value step = new Value(graph.fresh("step"), DType.FP32, Shape.of(batch, x.dim(2)));
        bodyInputs.add(step);
        Value counts = new Value(graph.fresh("counts"), DType.BOOL, Shape.of(batch));
        if (mask != null) {
            inputs.add(ops.transpose(mask, 1, 0).name());
            bodyInputs.add(counts);
        }
        List<Value> after = step(body, step, before, mask == null ? null : counts, way.isZeroed());
        Value out = body.same("Identity", after.get(mask == null ? cell.output() : after.size() - 1));
        List<Value> bodyOutputs = new ArrayList<>(after);
        bodyOutputs.add(out);
        List<String> outputs = new ArrayList<>();
        bodyOutputs.forEach(value -> outputs.add(graph.fresh("after")));
        long[] directions = new long[mask == null ? 1 : 2];
        java.util.Arrays.fill(directions, way.backwards() ? 1 : 0);
        graph.node(
                "Scan",
                inputs,
                outputs,
                Attribute.of("num_scan_inputs", directions.length),
                Attribute.of("scan_input_directions", directions),
                Attribute.of("scan_output_directions", new long[] {way.backwards() ? 1 : 0}),
                Attribute.graph("body", body.graph().message("step", bodyInputs, bodyOutputs)));
        List<Value> states = new ArrayList<>();
        for (int i = 0; i < sizes.size(); i++) {
            states.add(new Value(outputs.get(i), DType.FP32, Shape.of(batch, sizes.get(i))));
        }
        Value all = new Value(outputs.get(sizes.size()), DType.FP32, Shape.of(x.dim(1), batch, size));
        Value last = states.get(mask == null ? cell.output() : states.size() - 1);
        return new Run(
                ops.transpose(all, 1, 0, 2),
                last,
                states.subList(0, cell.stateSizes().size()));
    }

    /** The body: states, and with a mask the output, after a step. */
    private List<Value> step(Ops body, Value x, List<Value> before, @Nullable Value counts, boolean isZeroed) {
        int states = cell.stateSizes().size();
        List<Value> after = new ArrayList<>(cell.step(body, x, before.subList(0, states)));
        if (counts == null) {
            // An output of a body may not be its input, or another output.
            after.replaceAll(value -> body.same("Identity", value));
            return after;
        }
        Value condition = body.unsqueeze(counts, 1);
        Value skipped = isZeroed ? body.graph().number(0.0) : before.get(states);
        Value out = body.where(condition, after.get(cell.output()), skipped);
        for (int i = 0; i < states; i++) {
            after.set(i, body.where(condition, after.get(i), before.get(i)));
        }
        after.add(out);
        return after;
    }

    private Value zeros(Value x, long size) {
        Value shape = ops.concat(List.of(ops.size(x, 0), ops.graph().longs(size)), 0);
        return ops.graph()
                .node(
                        "Expand",
                        DType.FP32,
                        Shape.of(x.dim(0), size),
                        List.of(ops.graph().number(0.0), shape));
    }
}
