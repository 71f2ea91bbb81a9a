package dev.slipway.monitoring.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** What a row group holds of a column: one page, its values plain and compressed. For one thread. */
final class ColumnChunk {
    private static final int DATA_PAGE = 0;
    private static final int PLAIN = 0;
    private static final int RLE = 3;
    private static final int GZIP = 2;

    private final Column column;
    private final ByteArrayOutputStream values = new ByteArrayOutputStream();
    private final ByteArrayOutputStream levels = new ByteArrayOutputStream();
    private int count;
    private int runLevel;
    private int runLength;

    ColumnChunk(Column column) {
        this.column = column;
    }

    /** Bytes so far. */
    int size() {
        return values.size();
    }

    /** Adds the next row's value. */
    void add(@Nullable Object value) {
        if (value == null && !column.isOptional()) {
            throw new IllegalArgumentException("column '%s': nothing (expected: a value)".formatted(column.name()));
        }
        count++;
        if (column.isOptional()) {
            level(value == null ? 0 : 1);
        }
        if (value instanceof byte[] text && column.kind() == Column.Kind.TEXT) {
            little(text.length, Integer.BYTES, values);
            values.writeBytes(text);
        } else if (value instanceof Long whole && column.kind() != Column.Kind.TEXT) {
            little(whole, Long.BYTES, values);
        } else if (value != null) {
            throw new IllegalArgumentException(
                    "column '%s': %s (expected: %s)".formatted(column.name(), value.getClass(), column.kind()));
        }
    }

    /** Counts equal levels: they come in runs. */
    private void level(int level) {
        if (runLength > 0 && level != runLevel) {
            endRun();
        }
        runLevel = level;
        runLength++;
    }

    private void endRun() {
        int left = runLength << 1;
        while ((left & ~0x7F) != 0) {
            levels.write((left & 0x7F) | 0x80);
            left >>>= 7;
        }
        levels.write(left);
        levels.write(runLevel);
        runLength = 0;
    }

    /**
     * Where a chunk is.
     *
     * @param offset in the file
     * @param plainBytes before they were compressed
     */
    record Place(Column column, int count, long offset, long bytes, long plainBytes) {
        /** As an item of a row group's columns. */
        void describe(CompactThrift out) {
            out.item().i64(2, offset).struct(3).i32(1, column.kind().physical).i32s(2, PLAIN, RLE);
            out.texts(3, column.name()).i32(4, GZIP).i64(5, count).i64(6, plainBytes);
            out.i64(7, bytes).i64(9, offset).end().end();
        }
    }

    /**
     * Writes the page.
     *
     * @param offset of the page in the file
     */
    Place write(OutputStream file, long offset) throws IOException {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        if (column.isOptional()) {
            if (runLength > 0) {
                endRun();
            }
            little(levels.size(), Integer.BYTES, page);
            levels.writeTo(page);
        }
        values.writeTo(page);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(packed)) {
            page.writeTo(gzip);
        }
        byte[] head = new CompactThrift()
                .i32(1, DATA_PAGE)
                .i32(2, page.size())
                .i32(3, packed.size())
                .struct(5)
                .i32(1, count)
                .i32(2, PLAIN)
                .i32(3, RLE)
                .i32(4, RLE)
                .end()
                .end()
                .toByteArray();
        file.write(head);
        packed.writeTo(file);
        return new Place(column, count, offset, (long) head.length + packed.size(), (long) head.length + page.size());
    }

    private static void little(long value, int size, ByteArrayOutputStream out) {
        byte[] bytes = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
        out.write(bytes, 0, size);
    }
}
