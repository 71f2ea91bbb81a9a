package dev.slipway.monitoring.parquet;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows of a flat table as a Parquet file: version 1 pages, plain values, GZIP. A file is readable once it is closed. For
 * one thread.
 *
 * @see <a href="https://github.com/apache/parquet-format/blob/apache-parquet-format-2.11.0/src/main/thrift/parquet.thrift">Parquet:
 *     its metadata</a>
 */
public final class ParquetWriter implements AutoCloseable {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final int FORMAT = 1;

    /** Bytes of values that are held before they are written. */
    private static final int GROUP_BYTES = 8 << 20;

    private final OutputStream file;
    private final List<Column> columns;
    private final List<Group> groups = new ArrayList<>();
    private List<ColumnChunk> chunks;
    private int groupRows;
    private int groupBytes;
    private long rows;
    private long offset;

    /**
     * A row group that was written.
     *
     * @param bytes before they were compressed
     */
    private record Group(long rows, long bytes, List<ColumnChunk.Place> columns) {}

    /** @param file is closed with this */
    public ParquetWriter(OutputStream file, List<Column> columns) throws IOException {
        this.file = file;
        this.columns = List.copyOf(columns);
        this.chunks = fresh();
        write(MAGIC);
    }

    private List<ColumnChunk> fresh() {
        return columns.stream().map(ColumnChunk::new).toList();
    }

    /**
     * Adds a row.
     *
     * @param values one for each column, null where there is none
     */
    public void add(List<? extends @Nullable Object> values) throws IOException {
        if (values.size() != columns.size()) {
            throw new IllegalArgumentException(
                    "a row of %d values (expected: %d)".formatted(values.size(), columns.size()));
        }
        int bytes = 0;
        for (int i = 0; i < values.size(); i++) {
            ColumnChunk chunk = chunks.get(i);
            chunk.add(values.get(i));
            bytes += chunk.size();
        }
        groupBytes = bytes;
        groupRows++;
        if (groupBytes >= GROUP_BYTES) {
            endGroup();
        }
    }

    /** Bytes of the file, and of what is held for it. */
    public long size() {
        return offset + groupBytes;
    }

    /** Rows that were added. */
    public long rows() {
        return rows + groupRows;
    }

    private void endGroup() throws IOException {
        List<ColumnChunk.Place> written = new ArrayList<>();
        long plain = 0;
        for (ColumnChunk chunk : chunks) {
            ColumnChunk.Place place = chunk.write(file, offset);
            offset += place.bytes();
            plain += place.plainBytes();
            written.add(place);
        }
        groups.add(new Group(groupRows, plain, written));
        rows += groupRows;
        groupRows = 0;
        groupBytes = 0;
        chunks = fresh();
    }

    /** Writes what is held, and what a reader needs to find it. */
    @Override
    public void close() throws IOException {
        try (file) {
            if (groupRows > 0) {
                endGroup();
            }
            byte[] footer = footer();
            write(footer);
            write(ByteBuffer.allocate(Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(footer.length)
                    .array());
            write(MAGIC);
        }
    }

    /** Closes the file as it is: nobody can read it. */
    public void abandon() throws IOException {
        file.close();
    }

    private byte[] footer() {
        CompactThrift out = new CompactThrift().i32(1, FORMAT).structs(2, columns.size() + 1);
        out.item().text(4, "events").i32(5, columns.size()).end();
        columns.forEach(column -> column.describe(out));
        out.i64(3, rows).structs(4, groups.size());
        for (Group group : groups) {
            out.item().structs(1, columns.size());
            group.columns().forEach(place -> place.describe(out));
            out.i64(2, group.bytes()).i64(3, group.rows()).end();
        }
        return out.text(6, "Slipway (parquet-format 2.11.0)").end().toByteArray();
    }

    private void write(byte[] bytes) throws IOException {
        file.write(bytes);
        offset += bytes.length;
    }
}
