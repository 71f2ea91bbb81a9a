package dev.slipway.backend.keras;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Functions of {@code keras.ops} that stand between the layers of a functional model, such as {@code x * 2}, and those that
 * Keras 3 writes where masks are made.
 */
final class OperationLayers {
    /** Functions on two numbers, with their names in ONNX. */
    private static final Map<String, String> PAIRS = Map.of(
            "Add", "Add",
            "Subtract", "Sub",
            "Multiply", "Mul",
            "Divide", "Div",
            "TrueDivide", "Div",
            "Maximum", "Max",
            "Minimum", "Min",
            "Power", "Pow");

    private static final Map<String, String> COMPARISONS = Map.of(
            "Equal", "Equal",
            "NotEqual", "Equal",
            "Greater", "Greater",
            "GreaterEqual", "GreaterOrEqual",
            "Less", "Less",
            "LessEqual", "LessOrEqual");

    private static final Map<String, String> UNARY = Map.of(
            "Negative", "Neg",
            "Absolute", "Abs",
            "Abs", "Abs",
            "Sqrt", "Sqrt",
            "Exp", "Exp",
            "Log", "Log",
            "Tanh", "Tanh",
            "Sigmoid", "Sigmoid",
            "Relu", "Relu");

    private static final Map<String, String> REDUCTIONS =
            Map.of("Mean", "ReduceMean", "Sum", "ReduceSum", "Max", "ReduceMax", "Min", "ReduceMin");

    private static final Map<String, LayerWriter> WRITERS = writers();

    private OperationLayers() {}

    private static Map<String, LayerWriter> writers() {
        Map<String, LayerWriter> writers = new HashMap<>();
        PAIRS.forEach((name, op) ->
                writers.put(name, LayerWriter.dropping(call -> call.ops().two(op, real(call, 0), real(call, 1)))));
        COMPARISONS.forEach((name, op) -> writers.put(name, LayerWriter.dropping(call -> compared(call, op))));
        UNARY.forEach((name, op) ->
                writers.put(name, LayerWriter.dropping(call -> call.ops().same(op, real(call, 0)))));
        REDUCTIONS.forEach((name, op) -> writers.put(
                name, LayerWriter.dropping(call -> reduced(call, op, call.ops().real(call.input())))));
        writers.put("Square", LayerWriter.dropping(call -> call.ops().mul(real(call, 0), real(call, 0))));
        writers.put("Any", LayerWriter.dropping(call -> flags(call, "ReduceMax")));
        writers.put("All", LayerWriter.dropping(call -> flags(call, "ReduceMin")));
        for (String name : List.of("And", "Or", "Xor")) {
            writers.put("Logical" + name, LayerWriter.dropping(call -> logical(call, name)));
        }
        writers.put("LogicalNot", LayerWriter.dropping(call -> call.ops().not(flag(call, 0))));
        writers.put(
                "ExpandDims",
                LayerWriter.dropping(
                        call -> call.ops().unsqueeze(call.input(), call.config().countOr(-1, "axis"))));
        writers.put(
                "Squeeze",
                LayerWriter.dropping(call ->
                        call.ops().squeeze(call.input(), call.config().count(Integer.MIN_VALUE, "axis"))));
        writers.put(
                "Concatenate",
                LayerWriter.dropping(
                        call -> call.ops().concat(call.inputs(), call.config().countOr(-1, "axis"))));
        writers.put(
                "Cast",
                LayerWriter.dropping(call -> call.ops()
                        .cast(
                                call.input(),
                                OnnxType.of(
                                        call.config().text("float32", "dtype"),
                                        call.config().subject()))));
        writers.put("ZerosLike", LayerWriter.dropping(call -> filled(call, false)));
        writers.put("OnesLike", LayerWriter.dropping(call -> filled(call, true)));
        return writers;
    }

    /** Whether it is a function, and not a layer of the same name. */
    static boolean isOperation(LayerConfig config, Dialect dialect) {
        Object module = config.values().get(LayerConfig.MODULE);
        if (module != null) {
            return String.valueOf(module).matches("keras\\.(src\\.)?ops\\..*");
        }
        // Files of the older form don't say; but a layer of Keras 3 says whether it is trained.
        return dialect.major() >= 3
                && !config.values().containsKey("trainable")
                && !ModelConfig.isModel(config.className())
                && WRITERS.containsKey(config.className());
    }

    /** The writer of a function; null where there is none. */
    static @Nullable LayerWriter writer(LayerConfig config) {
        return WRITERS.get(config.className());
    }

    /** An argument: a number that the file says, or a tensor. */
    private static Value operand(Call call, int place, DType dtype) {
        Object said = call.arguments().settings().get(Arguments.place(place));
        if (said instanceof Number number) {
            return call.ops().cast(call.ops().graph().number(number.doubleValue()), dtype);
        }
        int before = 0;
        for (int i = 0; i < place; i++) {
            before += call.arguments().settings().containsKey(Arguments.place(i)) ? 0 : 1;
        }
        if (before >= call.inputs().size()) {
            throw Faults.unimplemented(
                    "%s is called with fewer than %d numbers or tensors (expected: as many)",
                    call.config().subject(), place + 1);
        }
        return call.ops().cast(call.inputs().get(before), dtype);
    }

    private static Value real(Call call, int place) {
        return operand(call, place, DType.FP32);
    }

    private static Value flag(Call call, int place) {
        return operand(call, place, DType.BOOL);
    }

    private static Value compared(Call call, String op) {
        Value y = call.ops().compare(op, real(call, 0), real(call, 1));
        return call.config().className().equals("NotEqual") ? call.ops().not(y) : y;
    }

    private static Value logical(Call call, String op) {
        return call.ops().compare(op, flag(call, 0), flag(call, 1));
    }

    private static Value reduced(Call call, String op, Value x) {
        call.refuse(!call.config().has("axis"), "a reduction of all axes, the batch's too");
        return call.ops()
                .reduce(
                        op,
                        x,
                        call.config().flag(false, "keepdims"),
                        call.config().counts("axis"));
    }

    private static Value flags(Call call, String op) {
        return call.ops().cast(reduced(call, op, call.ops().real(flag(call, 0))), DType.BOOL);
    }

    private static Value filled(Call call, boolean isOne) {
        Ops ops = call.ops();
        Value x = call.input();
        Value shape = ops.graph().node("Shape", DType.INT64, Shape.of(x.rank()), List.of(x));
        Value filled = ops.graph()
                .node("Expand", DType.FP32, x.shape(), List.of(ops.graph().number(isOne ? 1.0 : 0.0), shape));
        return ops.cast(
                filled,
                OnnxType.of(
                        call.config().text("float32", "dtype"), call.config().subject()));
    }
}
