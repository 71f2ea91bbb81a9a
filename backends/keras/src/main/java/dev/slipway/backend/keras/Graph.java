package dev.slipway.backend.keras;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.backend.common.WireWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * An ONNX graph that grows node by node. Field numbers are those of onnx.proto.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>
 */
final class Graph {
    /** More than the largest published Keras model needs; what is made of a hostile file has to end somewhere. */
    private static final int NODES_MAX = 200_000;

    private final Names names;
    private final List<WireWriter> nodes = new ArrayList<>();

    /** What a graph and those within it share: names, and the constants, which all lie in the outermost. */
    private static final class Names {
        private final Map<String, Constant> constants = new LinkedHashMap<>();
        private String scope = "";
        private int count;
    }

    private Graph(Names names) {
        this.names = names;
    }

    Graph() {
        this(new Names());
    }

    /** A graph within this one, which sees its constants: a loop's body. */
    Graph inner() {
        return new Graph(names);
    }

    /** Whose nodes are written from now on, for their names. */
    void scope(String layer) {
        names.scope = layer;
    }

    /** A name that no node has yet. */
    String fresh(String what) {
        return "%s/%s#%d".formatted(names.scope, what, ++names.count);
    }

    int nodeCount() {
        return names.count;
    }

    /** Adds a node of one output. */
    Value node(String op, DType dtype, Shape shape, List<Value> inputs, Attribute... attributes) {
        List<String> inputNames =
                inputs.stream().map(input -> input == null ? "" : input.name()).toList();
        String output = fresh(op);
        node(op, inputNames, List.of(output), attributes);
        return new Value(output, dtype, shape);
    }

    /** Adds a node; an empty name stands for what is left out. */
    void node(String op, List<String> inputs, List<String> outputs, Attribute... attributes) {
        if (++names.count > NODES_MAX) {
            throw Faults.unimplemented("the model takes more than %d operations (expected: fewer)", NODES_MAX);
        }
        WireWriter node = new WireWriter();
        inputs.forEach(input -> node.text(1, input));
        outputs.forEach(output -> node.text(2, output));
        node.text(3, outputs.get(0) + "!").text(4, op);
        for (Attribute attribute : attributes) {
            node.message(5, attribute.message());
        }
        nodes.add(node);
    }

    /**
     * A float32 constant, made once for each key.
     *
     * @param key what it is made of, and how
     */
    Value floats(String key, long[] dims, Supplier<float[]> values) {
        Shape shape = Shape.of(dims);
        Constant known = names.constants.get(key);
        if (known == null) {
            known = new Constant(
                    "%s$%d".formatted(key, ++names.count),
                    OnnxType.of(DType.FP32),
                    dims,
                    Math.multiplyExact(shape.elementCount(), Float.BYTES),
                    () -> Numbers.bytes(values.get()));
            names.constants.put(key, known);
        }
        return new Value(known.name(), DType.FP32, shape);
    }

    /** A list of whole numbers, as int64. */
    Value longs(long... values) {
        return longs(values, new long[] {values.length});
    }

    /** One whole number, as int64. */
    Value number(long value) {
        return longs(new long[] {value}, new long[0]);
    }

    private Value longs(long[] values, long[] dims) {
        String key = "longs" + java.util.Arrays.toString(values) + dims.length;
        Constant constant = names.constants.computeIfAbsent(
                key,
                text -> new Constant(
                        text,
                        OnnxType.of(DType.INT64),
                        dims,
                        (long) values.length * Long.BYTES,
                        () -> Numbers.bytes(values)));
        return new Value(constant.name(), DType.INT64, Shape.of(dims));
    }

    /** One number, as float32. */
    Value number(double value) {
        return floats("number " + (float) value, new long[0], () -> new float[] {(float) value});
    }

    Collection<Constant> constants() {
        return names.constants.values();
    }

    /**
     * What stands in a GraphProto, without constants.
     *
     * @param inputs that are fed
     * @param outputs that come out
     */
    WireWriter message(String name, List<Value> inputs, List<Value> outputs) {
        WireWriter graph = new WireWriter();
        nodes.forEach(node -> graph.message(1, node));
        graph.text(2, name);
        inputs.forEach(value -> graph.message(11, info(value)));
        outputs.forEach(value -> graph.message(12, info(value)));
        return graph;
    }

    private static WireWriter info(Value value) {
        WireWriter dims = new WireWriter();
        for (int axis = 0; axis < value.rank(); axis++) {
            long dim = value.dim(axis);
            WireWriter one = new WireWriter();
            // A dimension without a value and a name is any.
            dims.message(1, dim < 0 ? symbol(one, axis) : one.varint(1, dim));
        }
        WireWriter tensor =
                new WireWriter().varint(1, OnnxType.of(value.dtype())).message(2, dims);
        return new WireWriter().text(1, value.name()).message(2, new WireWriter().message(1, tensor));
    }

    private static WireWriter symbol(WireWriter dim, int axis) {
        return axis == 0 ? dim.text(2, "batch") : dim;
    }
}
