package dev.slipway.monitoring.log;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Files with an event in each line, as JSON: {@code NAME.jsonl}, which grows, and those that were ended, {@code
 * NAME-TIME-NUMBER.jsonl}, or {@code .jsonl.gz}. A line is in the file as a whole, or not at all. For one thread.
 */
public final class JsonLinesSink implements Sink {
    private static final String ENDING = ".jsonl";
    private static final String ZIPPED = ".jsonl.gz";

    private final LogFolder folder;
    private final Rotation rotation;
    private final boolean isZipped;
    private @Nullable FileChannel open;
    private long goodBytes;
    private Instant begun = Instant.EPOCH;

    /** @param isZipped whether a file that was ended is compressed */
    public JsonLinesSink(Path folder, String name, Rotation rotation, boolean isZipped, Clock clock) {
        this.folder = new LogFolder(folder, name, clock);
        this.rotation = rotation;
        this.isZipped = isZipped;
    }

    private Path current() {
        return folder.folder().resolve(folder.name() + ENDING);
    }

    @Override
    public void write(Batch batch) throws IOException {
        rotateIfDue(0);
        for (CloudEvent event : batch.left()) {
            ByteBuffer json = EventJson.write(event);
            ByteBuffer line = ByteBuffer.allocate(json.remaining() + 1);
            line.put(json).put((byte) '\n').flip();
            int bytes = line.remaining();
            rotateIfDue(bytes);
            append(line);
            batch.written(event, bytes);
        }
    }

    private void append(ByteBuffer line) throws IOException {
        FileChannel file = opened();
        boolean isWritten = false;
        int bytes = line.remaining();
        try {
            while (line.hasRemaining()) {
                file.write(line);
            }
            isWritten = true;
            goodBytes += bytes;
        } finally {
            if (!isWritten) {
                // Half a line would spoil the file, for instance where the disk is full.
                file.truncate(goodBytes);
            }
        }
    }

    private FileChannel opened() throws IOException {
        FileChannel file = open;
        if (file == null) {
            Files.createDirectories(folder.folder());
            Path path = current();
            file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            goodBytes = wholeLines(path);
            file.truncate(goodBytes).position(goodBytes);
            begun = goodBytes == 0
                    ? folder.clock().instant()
                    : Files.getLastModifiedTime(path).toInstant();
            open = file;
        }
        return file;
    }

    /** Bytes up to the end of the last line that was ended. */
    private static long wholeLines(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer part = ByteBuffer.allocate(1 << 13);
            for (long end = file.size(); end > 0; ) {
                long from = Math.max(0, end - part.capacity());
                part.clear().limit((int) (end - from));
                int read = 0;
                while (read >= 0 && part.hasRemaining()) {
                    read = file.read(part, from + part.position());
                }
                for (int i = part.position() - 1; i >= 0; i--) {
                    if (part.get(i) == '\n') {
                        return from + i + 1;
                    }
                }
                end = from;
            }
            return 0;
        }
    }

    private void rotateIfDue(long coming) throws IOException {
        if (open == null) {
            opened();
        }
        boolean isOld = !rotation.age().isZero()
                && !begun.plus(rotation.age()).isAfter(folder.clock().instant());
        if (goodBytes > 0 && (isOld || goodBytes + coming > rotation.bytes())) {
            rotate();
        }
    }

    private void rotate() throws IOException {
        end();
        Path ended = folder.fresh(ENDING, List.of(ZIPPED));
        Files.move(current(), ended, StandardCopyOption.ATOMIC_MOVE);
        if (isZipped) {
            zip(ended);
        }
        folder.prune(rotation.filesMax(), List.of(ENDING, ZIPPED));
    }

    private static void zip(Path file) throws IOException {
        Path zipped = file.resolveSibling(file.getFileName() + ".gz");
        Path part = file.resolveSibling(file.getFileName() + ".gz.part");
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = new GZIPOutputStream(Files.newOutputStream(part), 1 << 16)) {
            in.transferTo(out);
        }
        Files.move(part, zipped, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(file);
    }

    @Override
    public void idle() throws IOException {
        if (open != null) {
            rotateIfDue(0);
        }
    }

    private void end() throws IOException {
        FileChannel file = open;
        open = null;
        if (file != null) {
            file.close();
        }
    }

    @Override
    public void close() throws IOException {
        end();
    }
}
