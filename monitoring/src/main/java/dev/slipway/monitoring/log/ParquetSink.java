package dev.slipway.monitoring.log;

import dev.slipway.monitoring.parquet.Column;
import dev.slipway.monitoring.parquet.ParquetWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parquet files with a row for each event, named {@code NAME-TIME-NUMBER.parquet}. The one that is being written ends in {@code
 * .part}, and its events count as written once it is whole. Servers may share a folder. For one thread.
 */
public final class ParquetSink implements Sink {
    private static final String ENDING = ".parquet";
    private static final String PART = ".parquet.part";

    private static final List<Column> COLUMNS = List.of(
            new Column("id", Column.Kind.TEXT, false),
            new Column("type", Column.Kind.TEXT, false),
            new Column("source", Column.Kind.TEXT, false),
            new Column("subject", Column.Kind.TEXT, false),
            new Column("time", Column.Kind.TIME, false),
            text("inferenceservicename"),
            text("namespace"),
            text("component"),
            text("endpoint"),
            text("predictionid"),
            text("requestid"),
            text("principal"),
            text("protocol"),
            whole("modelversion"),
            text("signature"),
            text("traceparent"),
            text("code"),
            whole("totalmicros"),
            whole("computemicros"),
            new Column("data", Column.Kind.TEXT, false));

    private final LogFolder folder;
    private final Rotation rotation;
    private @Nullable Open open;

    /**
     * A file that is being written.
     *
     * @param lock as {@link LogFolder#mark} gives it; goes when the writer is closed
     */
    private record Open(Path part, @Nullable FileLock lock, ParquetWriter writer, Instant begun, Counts counts) {}

    public ParquetSink(Path folder, String name, Rotation rotation, Clock clock) {
        this.folder = new LogFolder(folder, name, clock);
        this.rotation = rotation;
    }

    private static Column text(String name) {
        return new Column(name, Column.Kind.TEXT, true);
    }

    private static Column whole(String name) {
        return new Column(name, Column.Kind.WHOLE, true);
    }

    @Override
    public void write(Batch batch) throws IOException {
        endIfDue();
        for (CloudEvent event : batch.left()) {
            Open file = open;
            if (file == null) {
                file = begin(batch);
                open = file;
            }
            long before = file.writer().rows();
            boolean isAdded = false;
            try {
                file.writer().add(row(event));
                isAdded = true;
            } finally {
                if (!isAdded) {
                    giveUp(file, before);
                }
            }
            batch.taken(event);
            endIfDue();
        }
    }

    private Open begin(Batch batch) throws IOException {
        Path part = folder.fresh(PART, List.of(ENDING));
        folder.sweep(PART);
        FileChannel file = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new Open(
                part,
                LogFolder.mark(file),
                new ParquetWriter(new BufferedOutputStream(Channels.newOutputStream(file), 1 << 16), COLUMNS),
                folder.clock().instant(),
                batch.counts());
    }

    private static List<@Nullable Object> row(CloudEvent event) {
        List<@Nullable Object> row = new ArrayList<>(COLUMNS.size());
        for (Column column : COLUMNS) {
            row.add(
                    switch (column.name()) {
                        case "id" -> utf8(event.id());
                        case "type" -> utf8(event.type());
                        case "source" -> utf8(event.source());
                        case "subject" -> utf8(event.subject());
                        case "time" -> event.time().toEpochMilli();
                        case "data" -> event.data();
                        default -> extension(column, event.extensions().get(column.name()));
                    });
        }
        return row;
    }

    private static @Nullable Object extension(Column column, @Nullable String value) {
        if (value == null) {
            return null;
        }
        return column.kind() == Column.Kind.TEXT ? utf8(value) : Long.valueOf(value);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void endIfDue() throws IOException {
        Open file = open;
        if (file != null
                && (file.writer().size() >= rotation.bytes()
                        || (!rotation.age().isZero()
                                && !file.begun()
                                        .plus(rotation.age())
                                        .isAfter(folder.clock().instant())))) {
            end(file);
        }
    }

    private void end(Open file) throws IOException {
        open = null;
        long rows = file.writer().rows();
        boolean isWhole = false;
        try {
            file.writer().close();
            Files.move(file.part(), whole(file.part()), StandardCopyOption.ATOMIC_MOVE);
            isWhole = true;
        } finally {
            if (!isWhole) {
                file.counts().dropped(Reason.FAILED, rows);
                Files.deleteIfExists(file.part());
            }
        }
        file.counts().written(rows, file.writer().size());
        folder.prune(rotation.filesMax(), List.of(ENDING));
    }

    private static Path whole(Path part) {
        String name = String.valueOf(part.getFileName());
        return part.resolveSibling(name.substring(0, name.length() - ".part".length()));
    }

    /** A file that could not be written to can't be read either; the event that was added last is not in it, and is tried again. */
    private void giveUp(Open file, long rows) throws IOException {
        open = null;
        file.counts().dropped(Reason.FAILED, rows);
        try {
            file.writer().abandon();
        } finally {
            // What is still to be written has no place on a full disk, and the part would keep its own for ever.
            Files.deleteIfExists(file.part());
        }
    }

    @Override
    public void idle() throws IOException {
        endIfDue();
    }

    @Override
    public void close() throws IOException {
        Open file = open;
        if (file != null) {
            end(file);
        }
    }
}
