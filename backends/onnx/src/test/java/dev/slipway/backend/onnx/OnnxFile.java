package dev.slipway.backend.onnx;

import dev.slipway.backend.common.WireWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Builds tiny ONNX files; element types are those of TensorProto. */
final class OnnxFile {
    static final int FLOAT = 1;
    static final int INT64 = 7;
    static final int STRING = 8;
    static final int BOOL = 9;

    private final WireWriter graph = new WireWriter().text(2, "g");
    private final WireWriter tail = new WireWriter();
    private long irVersion = 8;
    private long opset = 17;

    OnnxFile irVersion(long version) {
        irVersion = version;
        return this;
    }

    OnnxFile opset(long version) {
        opset = version;
        return this;
    }

    OnnxFile opset(String domain, long version) {
        tail.message(8, new WireWriter().text(1, domain).varint(2, version));
        return this;
    }

    OnnxFile metadata(String key, String value) {
        tail.message(14, new WireWriter().text(1, key).text(2, value));
        return this;
    }

    OnnxFile function(WireWriter function) {
        tail.message(25, function);
        return this;
    }

    /** Dimensions: a Long is a size, a String a symbol. */
    OnnxFile input(String name, int type, Object... dims) {
        graph.message(11, value(name, tensorType(type, dims)));
        return this;
    }

    OnnxFile input(String name, WireWriter type) {
        graph.message(11, value(name, type));
        return this;
    }

    OnnxFile output(String name, int type, Object... dims) {
        graph.message(12, value(name, tensorType(type, dims)));
        return this;
    }

    OnnxFile output(String name, WireWriter type) {
        graph.message(12, value(name, type));
        return this;
    }

    OnnxFile node(WireWriter node) {
        graph.message(1, node);
        return this;
    }

    OnnxFile node(String op, List<String> inputs, List<String> outputs, WireWriter... attributes) {
        return node(nodeOf(op, inputs, outputs, attributes));
    }

    OnnxFile initializer(WireWriter tensor) {
        graph.message(5, tensor);
        return this;
    }

    WireWriter graph() {
        return graph;
    }

    byte[] toBytes() {
        WireWriter model = new WireWriter().varint(1, irVersion).text(2, "slipway-tests");
        model.message(7, graph).message(8, new WireWriter().text(1, "").varint(2, opset));
        byte[] head = model.toBytes();
        byte[] rest = tail.toBytes();
        byte[] all = Arrays.copyOf(head, head.length + rest.length);
        System.arraycopy(rest, 0, all, head.length, rest.length);
        return all;
    }

    static WireWriter nodeOf(String op, List<String> inputs, List<String> outputs, WireWriter... attributes) {
        WireWriter node = new WireWriter();
        inputs.forEach(name -> node.text(1, name));
        outputs.forEach(name -> node.text(2, name));
        node.text(4, op);
        for (WireWriter attribute : attributes) {
            node.message(5, attribute);
        }
        return node;
    }

    static WireWriter tensorType(int type, Object... dims) {
        WireWriter shape = new WireWriter();
        for (Object dim : dims) {
            shape.message(
                    1,
                    dim instanceof String symbol
                            ? new WireWriter().text(2, symbol)
                            : new WireWriter().varint(1, ((Number) dim).longValue()));
        }
        return new WireWriter().message(1, new WireWriter().varint(1, type).message(2, shape));
    }

    static WireWriter sequenceType(WireWriter element) {
        return new WireWriter().message(4, new WireWriter().message(1, element));
    }

    static WireWriter value(String name, WireWriter type) {
        return new WireWriter().text(1, name).message(2, type);
    }

    static WireWriter intAttribute(String name, long value) {
        return new WireWriter().text(1, name).varint(3, value).varint(20, 2);
    }

    static WireWriter graphAttribute(String name, WireWriter graph) {
        return new WireWriter().text(1, name).message(6, graph).varint(20, 5);
    }

    static WireWriter tensorAttribute(String name, WireWriter tensor) {
        return new WireWriter().text(1, name).message(5, tensor).varint(20, 4);
    }

    static WireWriter tensor(String name, int type, long[] dims, byte[] raw) {
        WireWriter tensor = new WireWriter();
        for (long dim : dims) {
            tensor.varint(1, dim);
        }
        return tensor.varint(2, type).text(8, name).bytes(9, raw);
    }

    static WireWriter floats(String name, long[] dims, float... values) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        return tensor(name, FLOAT, dims, raw.array());
    }

    static WireWriter longs(String name, long[] dims, long... values) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        raw.asLongBuffer().put(values);
        return tensor(name, INT64, dims, raw.array());
    }

    static WireWriter strings(String name, long[] dims, String... values) {
        WireWriter tensor = new WireWriter();
        for (long dim : dims) {
            tensor.varint(1, dim);
        }
        tensor.varint(2, STRING).text(8, name);
        for (String value : values) {
            tensor.text(6, value);
        }
        return tensor;
    }

    static WireWriter external(String name, long[] dims, String location, long offset, long length) {
        WireWriter tensor = new WireWriter();
        for (long dim : dims) {
            tensor.varint(1, dim);
        }
        tensor.varint(2, FLOAT).text(8, name).message(13, entry("location", location));
        if (offset >= 0) {
            tensor.message(13, entry("offset", Long.toString(offset)));
        }
        if (length >= 0) {
            tensor.message(13, entry("length", Long.toString(length)));
        }
        return tensor.varint(14, 1);
    }

    static WireWriter entry(String key, String value) {
        return new WireWriter().text(1, key).text(2, value);
    }
}
