package dev.slipway.backend.onnx;

import dev.slipway.backend.common.WireReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * An attribute of a node.
 *
 * @param longs its whole numbers, one or several
 * @param numbers its floats, one or several, or the elements of its tensor
 * @param texts one or several
 * @param isTensor whether the numbers are a tensor's
 */
@SuppressWarnings("ArrayRecordComponent") // Never changed once made, nor compared.
record TreeAttribute(long[] longs, double[] numbers, List<String> texts, boolean isTensor) {
    /** One that is not there. */
    static final TreeAttribute NONE = new TreeAttribute(new long[0], new double[0], List.of(), false);

    private static final int FLOAT = 1;
    private static final int DOUBLE = 11;

    /** The only text, or another where there is none. */
    String text(String otherwise) {
        return texts.isEmpty() ? otherwise : texts.get(0);
    }

    /**
     * @param known texts that came before: of many nodes, most are alike
     * @param attributes by name, to which it is added
     */
    static void read(WireReader reader, Map<String, String> known, Map<String, TreeAttribute> attributes) {
        long outer = reader.enter();
        String name = "";
        Longs longs = new Longs();
        Doubles numbers = new Doubles();
        List<String> texts = new ArrayList<>();
        boolean isTensor = false;
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> name = reader.text();
                case 2 -> numbers.add(Float.intBitsToFloat(reader.fixed32()));
                case 3 -> longs.add(reader.number());
                case 4, 9 -> texts.add(known.computeIfAbsent(reader.text(), text -> text));
                case 5 -> {
                    tensor(reader, numbers);
                    isTensor = true;
                }
                case 7 -> floats(reader, numbers);
                case 8 -> longs.addAll(reader);
                default -> reader.skip();
            }
        }
        reader.leave(outer);
        attributes.put(name, new TreeAttribute(longs.toArray(), numbers.toArray(), texts, isTensor));
    }

    private static void floats(WireReader reader, Doubles numbers) {
        if (reader.wireType() == WireReader.FIXED32) {
            numbers.add(Float.intBitsToFloat(reader.fixed32()));
            return;
        }
        long outer = reader.enter();
        while (reader.hasMore()) {
            numbers.add(Float.intBitsToFloat(reader.fixed32()));
        }
        reader.leave(outer);
    }

    private static void tensor(WireReader reader, Doubles numbers) {
        long outer = reader.enter();
        long type = 0;
        while (reader.next()) {
            switch (reader.field()) {
                case 2 -> type = reader.number();
                case 4 -> floats(reader, numbers);
                case 9 -> raw(reader, type, numbers);
                case 10 -> doubles(reader, numbers);
                default -> reader.skip();
            }
        }
        reader.leave(outer);
    }

    private static void raw(WireReader reader, long type, Doubles numbers) {
        if (type == FLOAT) {
            floats(reader, numbers);
        } else if (type == DOUBLE) {
            doubles(reader, numbers);
        } else {
            throw reader.broken("elements of type " + type, "float or double");
        }
    }

    private static void doubles(WireReader reader, Doubles numbers) {
        long outer = reader.enter();
        while (reader.hasMore()) {
            numbers.add(Double.longBitsToDouble(reader.fixed64()));
        }
        reader.leave(outer);
    }

    /** A growing list. */
    private static final class Longs {
        private long[] items = new long[4];
        private int count;

        void add(long item) {
            if (count == items.length) {
                items = Arrays.copyOf(items, 2 * count);
            }
            items[count++] = item;
        }

        void addAll(WireReader reader) {
            if (reader.wireType() == WireReader.VARINT) {
                add(reader.number());
                return;
            }
            long outer = reader.enter();
            while (reader.hasMore()) {
                add(reader.varint());
            }
            reader.leave(outer);
        }

        long[] toArray() {
            return Arrays.copyOf(items, count);
        }
    }

    /** A growing list. */
    private static final class Doubles {
        private ByteBuffer items = ByteBuffer.allocate(32);

        void add(double item) {
            if (items.remaining() < Double.BYTES) {
                items = ByteBuffer.allocate(2 * items.capacity()).put(items.flip());
            }
            items.putDouble(item);
        }

        double[] toArray() {
            double[] array = new double[items.position() / Double.BYTES];
            items.flip().asDoubleBuffer().get(array);
            return array;
        }
    }
}
