package dev.slipway.backend.keras;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The cells of recurrent layers. */
final class Cells {
    /** Keras's names of functions that ONNX's recurrent operators know, with their names there. */
    private static final Map<String, String> KNOWN =
            Map.of("tanh", "Tanh", "sigmoid", "Sigmoid", "relu", "Relu", "softsign", "Softsign");

    private Cells() {}

    /**
     * The cell of a layer, or a cell on its own.
     *
     * @param call whose configuration names the class: {@code LSTM} and {@code LSTMCell} are the same
     * @param in size of the input
     */
    static Cell of(Call call, long in) {
        return switch (call.config().className()) {
            case "LSTM", "LSTMCell" -> new Lstm(call, Gates.of(call, in, new int[] {0, 2, 1, 3}, 1));
            case "GRU", "GRUCell" -> {
                boolean isAfter = call.config().flag(false, "reset_after");
                yield new Gru(call, Gates.of(call, in, new int[] {0, 1, 2}, isAfter ? 2 : 1), isAfter);
            }
            case "SimpleRNN", "SimpleRNNCell" -> new Simple(call, Gates.of(call, in, new int[] {0}, 1));
            case "StackedRNNCells" -> stacked(call, in);
            default ->
                throw Faults.unimplemented(
                        "%s: cells of this class can't be turned into ONNX"
                                + " (expected: LSTMCell, GRUCell, SimpleRNNCell or StackedRNNCells)",
                        call.config().subject());
        };
    }

    private static Cell stacked(Call call, long in) {
        List<Cell> cells = new ArrayList<>();
        Map<String, Integer> used = new HashMap<>();
        long size = in;
        for (LayerConfig config : call.config().layers("cells")) {
            String name = Containers.unique(config.className(), used);
            Cell cell = of(call.of(config, call.weights().child("cells").child(name), List.of()), size);
            cells.add(cell);
            size = cell.stateSizes().get(cell.output());
        }
        if (cells.isEmpty()) {
            throw Faults.invalid(
                    "%s has no cells (expected: at least 1)", call.config().subject());
        }
        return new Stacked(cells);
    }

    private static Value recurrently(Call call, Ops ops, Value x) {
        Object said = call.config().get("recurrent_activation", "inner_activation");
        return Activations.apply(call.in(ops), x, said);
    }

    private static Value plainly(Call call, Ops ops, Value x) {
        return Activations.apply(call.in(ops), x, call.config().get("activation"));
    }

    private static Value product(Ops ops, Value x, Value kernel, @Nullable Value bias) {
        Value y = ops.matmul(x, kernel);
        return bias == null ? y : ops.add(y, bias);
    }

    /** A function's name in ONNX; empty where there is none, or one that needs numbers besides. */
    private static Optional<String> known(Call call, String... keys) {
        String name = Activations.name(call, call.config().get(keys));
        // ONNX's own slope and shift are those of Keras 1 and 2.
        return name.equals("hard_sigmoid") && call.dialect().major() < 3
                ? Optional.of("HardSigmoid")
                : Optional.ofNullable(KNOWN.get(name));
    }

    private static Value part(Ops ops, Value x, int gate, int units) {
        return ops.slice(x, 1, (long) gate * units, (long) (gate + 1) * units);
    }

    private record Lstm(Call call, Gates gates) implements Cell {
        private static final int[] ORDER = {0, 3, 1, 2};

        @Override
        public List<Long> stateSizes() {
            return List.of((long) gates.units(), (long) gates.units());
        }

        @Override
        public List<Value> step(Ops ops, Value x, List<Value> states) {
            int units = gates.units();
            Value z = ops.add(
                    product(ops, x, gates.kernelValue(), gates.biasValue(0)),
                    ops.matmul(states.get(0), gates.recurrentValue()));
            Value in = recurrently(call, ops, part(ops, z, 0, units));
            Value forget = recurrently(call, ops, part(ops, z, 1, units));
            Value candidate = plainly(call, ops, part(ops, z, 2, units));
            Value out = recurrently(call, ops, part(ops, z, 3, units));
            Value memory = ops.add(ops.mul(forget, states.get(1)), ops.mul(in, candidate));
            return List.of(ops.mul(out, plainly(call, ops, memory)), memory);
        }

        @Override
        public Optional<Native> operator() {
            Optional<String> inner = known(call, "recurrent_activation", "inner_activation");
            Optional<String> outer = known(call, "activation");
            if (inner.isEmpty() || outer.isEmpty()) {
                return Optional.empty();
            }
            List<Attribute> attributes = List.of(
                    Attribute.of("hidden_size", gates.units()),
                    Attribute.of("activations", List.of(inner.get(), outer.get(), outer.get())));
            return Optional.of(new Native(
                    "LSTM", gates.onnxKernel(ORDER), gates.onnxRecurrent(ORDER), gates.onnxBias(ORDER), attributes));
        }
    }

    private record Gru(Call call, Gates gates, boolean isAfter) implements Cell {
        private static final int[] ORDER = {0, 1, 2};

        @Override
        public List<Long> stateSizes() {
            return List.of((long) gates.units());
        }

        @Override
        public List<Value> step(Ops ops, Value x, List<Value> states) {
            int units = gates.units();
            Value before = states.get(0);
            Value input = product(ops, x, gates.kernelValue(), gates.biasValue(0));
            Value inner = isAfter
                    ? product(ops, before, gates.recurrentValue(), gates.biasValue(1))
                    : ops.matmul(before, gates.recurrentPart(0, 2));
            Value update = recurrently(call, ops, ops.add(part(ops, input, 0, units), part(ops, inner, 0, units)));
            Value reset = recurrently(call, ops, ops.add(part(ops, input, 1, units), part(ops, inner, 1, units)));
            Value memory = isAfter
                    ? ops.mul(reset, part(ops, inner, 2, units))
                    : ops.matmul(ops.mul(reset, before), gates.recurrentPart(2, 3));
            Value candidate = plainly(call, ops, ops.add(part(ops, input, 2, units), memory));
            // z * before + (1 - z) * candidate
            return List.of(ops.add(candidate, ops.mul(update, ops.sub(before, candidate))));
        }

        @Override
        public Optional<Native> operator() {
            Optional<String> inner = known(call, "recurrent_activation", "inner_activation");
            Optional<String> outer = known(call, "activation");
            if (inner.isEmpty() || outer.isEmpty()) {
                return Optional.empty();
            }
            List<Attribute> attributes = List.of(
                    Attribute.of("hidden_size", gates.units()),
                    Attribute.of("linear_before_reset", isAfter ? 1 : 0),
                    Attribute.of("activations", List.of(inner.get(), outer.get())));
            return Optional.of(new Native(
                    "GRU", gates.onnxKernel(ORDER), gates.onnxRecurrent(ORDER), gates.onnxBias(ORDER), attributes));
        }
    }

    private record Simple(Call call, Gates gates) implements Cell {
        private static final int[] ORDER = {0};

        @Override
        public List<Long> stateSizes() {
            return List.of((long) gates.units());
        }

        @Override
        public List<Value> step(Ops ops, Value x, List<Value> states) {
            Value input = product(ops, x, gates.kernelValue(), gates.biasValue(0));
            Value inner = ops.matmul(states.get(0), gates.recurrentValue());
            return List.of(plainly(call, ops, ops.add(input, inner)));
        }

        @Override
        public Optional<Native> operator() {
            return known(call, "activation")
                    .map(name -> new Native(
                            "RNN",
                            gates.onnxKernel(ORDER),
                            gates.onnxRecurrent(ORDER),
                            gates.onnxBias(ORDER),
                            List.of(
                                    Attribute.of("hidden_size", gates.units()),
                                    Attribute.of("activations", List.of(name)))));
        }
    }

    /** Cells one after the other in each step. */
    private record Stacked(List<Cell> cells) implements Cell {
        @Override
        public List<Long> stateSizes() {
            return cells.stream().flatMap(cell -> cell.stateSizes().stream()).toList();
        }

        @Override
        public int output() {
            Cell last = cells.get(cells.size() - 1);
            return stateSizes().size() - last.stateSizes().size() + last.output();
        }

        @Override
        public List<Value> step(Ops ops, Value x, List<Value> states) {
            List<Value> after = new ArrayList<>();
            Value input = x;
            for (Cell cell : cells) {
                int from = after.size();
                List<Value> own = cell.step(
                        ops,
                        input,
                        states.subList(from, from + cell.stateSizes().size()));
                after.addAll(own);
                input = own.get(cell.output());
            }
            return after;
        }
    }
}
