package dev.slipway.monitoring.parquet;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes structures in Thrift's compact protocol, in which Parquet has its metadata. Fields are written by rising ids. For one
 * thread.
 *
 * @see <a href="https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md">Thrift: compact protocol</a>
 */
final class CompactThrift {
    private static final int TRUE = 1;
    private static final int I32 = 5;
    private static final int I64 = 6;
    private static final int BINARY = 8;
    private static final int LIST = 9;
    private static final int STRUCT = 12;
    private static final int SHORT_LIST_MAX = 14;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Deque<Integer> outer = new ArrayDeque<>();
    private int last;

    CompactThrift i32(int field, int value) {
        head(field, I32);
        varint(zigzag(value));
        return this;
    }

    CompactThrift i64(int field, long value) {
        head(field, I64);
        varint(zigzag(value));
        return this;
    }

    CompactThrift isTrue(int field) {
        head(field, TRUE);
        return this;
    }

    CompactThrift text(int field, String value) {
        head(field, BINARY);
        bytes(value);
        return this;
    }

    /** Enters the structure of a field. */
    CompactThrift struct(int field) {
        head(field, STRUCT);
        return item();
    }

    /** Enters a structure that is an item of a list. */
    CompactThrift item() {
        outer.push(last);
        last = 0;
        return this;
    }

    /** Leaves a structure, or ends the outermost. */
    CompactThrift end() {
        out.write(0);
        last = outer.isEmpty() ? 0 : outer.pop();
        return this;
    }

    /** So many structures come next, each as an {@link #item}. */
    CompactThrift structs(int field, int count) {
        list(field, count, STRUCT);
        return this;
    }

    CompactThrift texts(int field, String... values) {
        list(field, values.length, BINARY);
        for (String value : values) {
            bytes(value);
        }
        return this;
    }

    CompactThrift i32s(int field, int... values) {
        list(field, values.length, I32);
        for (int value : values) {
            varint(zigzag(value));
        }
        return this;
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }

    private void head(int field, int type) {
        int step = field - last;
        if (step > 0 && step < 16) {
            out.write(step << 4 | type);
        } else {
            out.write(type);
            varint(zigzag(field));
        }
        last = field;
    }

    private void list(int field, int count, int type) {
        head(field, LIST);
        if (count <= SHORT_LIST_MAX) {
            out.write(count << 4 | type);
        } else {
            out.write(0xF0 | type);
            varint(count);
        }
    }

    private void bytes(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        varint(utf8.length);
        out.writeBytes(utf8);
    }

    private static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }

    private void varint(long unsigned) {
        long left = unsigned;
        while ((left & ~0x7FL) != 0) {
            out.write((int) ((left & 0x7F) | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }
}
