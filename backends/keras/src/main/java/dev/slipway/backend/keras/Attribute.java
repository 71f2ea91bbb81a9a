package dev.slipway.backend.keras;

import dev.slipway.backend.common.WireWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** An argument of a node, as AttributeProto has it. */
record Attribute(WireWriter message) {
    private static final int FLOAT = 1;
    private static final int INT = 2;
    private static final int STRING = 3;
    private static final int GRAPH = 5;
    private static final int INTS = 7;
    private static final int STRINGS = 8;
    private static final int FLOATS = 6;

    static Attribute of(String name, long value) {
        return new Attribute(head(name, INT).varint(3, value));
    }

    static Attribute of(String name, float value) {
        return new Attribute(head(name, FLOAT).fixed32(2, Float.floatToIntBits(value)));
    }

    static Attribute of(String name, String value) {
        return new Attribute(head(name, STRING).text(4, value));
    }

    static Attribute of(String name, long... values) {
        WireWriter message = head(name, INTS);
        for (long value : values) {
            message.varint(8, value);
        }
        return new Attribute(message);
    }

    static Attribute of(String name, float... values) {
        ByteBuffer packed = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        packed.asFloatBuffer().put(values);
        return new Attribute(head(name, FLOATS).bytes(7, packed.array()));
    }

    static Attribute of(String name, List<String> values) {
        WireWriter message = head(name, STRINGS);
        values.forEach(value -> message.text(9, value));
        return new Attribute(message);
    }

    static Attribute graph(String name, WireWriter graph) {
        return new Attribute(head(name, GRAPH).message(6, graph));
    }

    private static WireWriter head(String name, int type) {
        return new WireWriter().text(1, name).varint(20, type);
    }
}
