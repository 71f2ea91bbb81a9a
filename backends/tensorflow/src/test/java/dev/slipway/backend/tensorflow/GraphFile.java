package dev.slipway.backend.tensorflow;

import dev.slipway.backend.common.WireWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes graphs and SavedModels node by node. */
final class GraphFile {
    static final int FLOAT = 1;
    static final int INT32 = 3;
    static final int STRING = 7;
    static final int BOOL = 10;

    private final WireWriter graph = new WireWriter();

    /** Any op. */
    GraphFile node(String name, String op, List<String> inputs, Map<String, WireWriter> attributes) {
        WireWriter node = new WireWriter().text(1, name).text(2, op);
        inputs.forEach(input -> node.text(3, input));
        new TreeMap<>(attributes)
                .forEach((key, value) ->
                        node.message(5, new WireWriter().text(1, key).message(2, value)));
        graph.message(1, node);
        return this;
    }

    /** An op whose only attribute is the type {@code T}. */
    GraphFile node(String name, String op, int type, String... inputs) {
        return node(name, op, List.of(inputs), Map.of("T", type(type)));
    }

    GraphFile placeholder(String name, int type, long... dims) {
        return node(
                name,
                "Placeholder",
                List.of(),
                Map.of("dtype", type(type), "shape", new WireWriter().message(7, shape(dims))));
    }

    GraphFile constant(String name, float value, String... after) {
        byte[] bytes = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(value)
                .array();
        return constant(name, FLOAT, FLOAT, bytes, after);
    }

    /**
     * @param type that the node says
     * @param valueType that its value says
     */
    GraphFile constant(String name, int type, int valueType, byte[] content, String... after) {
        WireWriter value =
                new WireWriter().varint(1, valueType).message(2, shape()).bytes(4, content);
        return node(
                name,
                "Const",
                List.of(after),
                Map.of("dtype", type(type), "value", new WireWriter().message(8, value)));
    }

    /** A constant of zeros of which the file stores one. */
    GraphFile zeros(String name, long... dims) {
        WireWriter value =
                new WireWriter().varint(1, FLOAT).message(2, shape(dims)).bytes(5, new byte[4]);
        return node(
                name, "Const", List.of(), Map.of("dtype", type(FLOAT), "value", new WireWriter().message(8, value)));
    }

    static WireWriter type(int type) {
        return new WireWriter().varint(6, type);
    }

    static WireWriter shape(long... dims) {
        WireWriter shape = new WireWriter();
        for (long dim : dims) {
            shape.message(2, new WireWriter().varint(1, dim));
        }
        return shape;
    }

    byte[] toBytes() {
        byte[] nodes = graph.toBytes();
        byte[] versions =
                new WireWriter().message(4, new WireWriter().varint(1, 1882)).toBytes();
        return ByteBuffer.allocate(nodes.length + versions.length)
                .put(nodes)
                .put(versions)
                .array();
    }

    /**
     * A SavedModel whose only signature takes {@code x} and gives {@code y}.
     *
     * @param asset the name of a file that it needs; empty for none
     */
    byte[] toSavedModel(String tag, String input, String output, String asset) {
        WireWriter signature = new WireWriter()
                .message(1, new WireWriter().text(1, "x").message(2, tensor(input)))
                .message(2, new WireWriter().text(1, "y").message(2, tensor(output)))
                .text(3, "tensorflow/serving/predict");
        WireWriter meta = new WireWriter()
                .message(1, new WireWriter().text(4, tag).text(5, "2.18.0"))
                .bytes(2, toBytes())
                .message(5, new WireWriter().text(1, "serving_default").message(2, signature));
        if (!asset.isEmpty()) {
            meta.message(6, new WireWriter().text(2, asset));
        }
        return new WireWriter().varint(1, 1).message(2, meta).toBytes();
    }

    private static WireWriter tensor(String name) {
        return new WireWriter().text(1, name).varint(2, FLOAT).message(3, shape(-1, 2));
    }
}
