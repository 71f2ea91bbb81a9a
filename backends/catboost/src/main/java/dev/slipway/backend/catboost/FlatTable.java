package dev.slipway.backend.catboost;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A table of a FlatBuffers file. Every offset is checked against the file.
 *
 * @see <a href="https://flatbuffers.dev/internals/">FlatBuffers' internals</a>
 */
final class FlatTable {
    private final ByteBuffer data;
    private final int start;
    private final int vtable;
    private final int vtableBytes;

    /**
     * @param data little-endian, from 0 to its limit
     * @throws IndexOutOfBoundsException for a table that is not within the data, as all methods
     */
    FlatTable(ByteBuffer data, int start) {
        this.data = data;
        this.start = start;
        this.vtable = Math.subtractExact(start, data.getInt(start));
        this.vtableBytes = data.getShort(vtable) & 0xffff;
        if (vtableBytes < 4) {
            throw new IndexOutOfBoundsException("a table's layout of %d bytes".formatted(vtableBytes));
        }
    }

    static FlatTable root(ByteBuffer data) {
        return new FlatTable(data, data.getInt(0));
    }

    /** Where a field's value lies; 0 when it is not there. */
    private int field(int slot) {
        int entry = 4 + 2 * slot;
        int offset = entry + 2 <= vtableBytes ? data.getShort(vtable + entry) & 0xffff : 0;
        return offset == 0 ? 0 : start + offset;
    }

    private int target(int at) {
        int offset = data.getInt(at);
        if (offset <= 0 || offset > data.limit() - at) {
            throw new IndexOutOfBoundsException("an offset of %d at byte %d".formatted(offset, at));
        }
        return at + offset;
    }

    int number(int slot, int otherwise) {
        int at = field(slot);
        return at == 0 ? otherwise : data.getInt(at);
    }

    String text(int slot) {
        int at = field(slot);
        return at == 0 ? "" : textAt(target(at));
    }

    private String textAt(int at) {
        int length = data.getInt(at);
        if (length < 0 || length > data.limit() - at - 4) {
            throw new IndexOutOfBoundsException("a text of %d bytes at byte %d".formatted(length, at));
        }
        byte[] bytes = new byte[length];
        data.get(at + 4, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    boolean has(int slot) {
        return field(slot) != 0;
    }

    FlatTable table(int slot) {
        int at = field(slot);
        if (at == 0) {
            throw new IndexOutOfBoundsException("no table in field %d".formatted(slot));
        }
        return new FlatTable(data, target(at));
    }

    /** How many elements a vector has; 0 when it is not there. */
    int size(int slot, int elementBytes) {
        int at = field(slot);
        if (at == 0) {
            return 0;
        }
        int vector = target(at);
        int count = data.getInt(vector);
        if (count < 0 || count > (data.limit() - vector - 4) / elementBytes) {
            throw new IndexOutOfBoundsException("a vector of %d elements at byte %d".formatted(count, vector));
        }
        return count;
    }

    /** A vector of 32-bit numbers. */
    int[] numbers(int slot) {
        int[] values = new int[size(slot, 4)];
        if (values.length > 0) {
            int vector = target(field(slot)) + 4;
            for (int i = 0; i < values.length; i++) {
                values[i] = data.getInt(vector + 4 * i);
            }
        }
        return values;
    }

    /** A vector of tables; null ones do not exist. */
    List<FlatTable> tables(int slot) {
        List<FlatTable> tables = new ArrayList<>();
        int count = size(slot, 4);
        int vector = count == 0 ? 0 : target(field(slot)) + 4;
        for (int i = 0; i < count; i++) {
            tables.add(new FlatTable(data, target(vector + 4 * i)));
        }
        return tables;
    }
}
