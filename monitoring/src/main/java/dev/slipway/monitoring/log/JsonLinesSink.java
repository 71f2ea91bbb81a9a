package dev.slipway.monitoring.log;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Files with an event in each line, as JSON: {@code NAME.jsonl}, which grows, and those that were ended, {@code
 * NAME-TIME-NUMBER.jsonl}, or {@code .jsonl.gz}. A line is in the file as a whole, or not at all. One server at a time writes them:
 * {@code .NAME.lock} is locked from the first event until this is closed. For one thread.
 */
public final class JsonLinesSink implements Sink {
    private static final String ENDING = ".jsonl";
    private static final String ZIPPED = ".jsonl.gz";
    private static final String PART = ".jsonl.gz.part";

    /** In a line, of whose texts none has quotes that are not escaped; it stands among the first attributes. */
    private static final Pattern TIME = Pattern.compile("\"time\":\"([^\"]+)\"");

    private static final int HEAD_BYTES = 1 << 13;

    private final LogFolder folder;
    private final Rotation rotation;
    private final boolean isZipped;
    private @Nullable FileLock lock;
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
            int bytes = json.remaining() + 1;
            rotateIfDue(bytes);
            append(json, bytes);
            batch.written(event, bytes);
        }
    }

    private void append(ByteBuffer json, int bytes) throws IOException {
        FileChannel file = opened();
        ByteBuffer end = ByteBuffer.wrap(new byte[] {'\n'});
        boolean isWritten = false;
        try {
            ByteBuffer[] line = {json, end};
            while (end.hasRemaining()) {
                file.write(line);
            }
            isWritten = true;
            goodBytes += bytes;
        } finally {
            if (!isWritten) {
                undo(file);
            }
        }
    }

    /** Half a line would spoil the file, for instance where the disk is full. What can't be cut off now is when it is opened again. */
    private void undo(FileChannel file) throws IOException {
        try {
            file.truncate(goodBytes);
        } finally {
            end();
        }
    }

    private FileChannel opened() throws IOException {
        FileChannel file = open;
        if (file == null) {
            if (lock == null) {
                lock = folder.lock(ENDING);
            }
            folder.sweep(PART);
            Path path = current();
            file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            open = file;
            boolean isReady = false;
            try {
                goodBytes = wholeLines(path);
                begun = goodBytes == 0 ? folder.clock().instant() : begun(path);
                file.truncate(goodBytes).position(goodBytes);
                isReady = true;
            } finally {
                if (!isReady) {
                    end();
                }
            }
        }
        return file;
    }

    /** When the first event in a file came; where it does not say, when the file was written to last. */
    private static Instant begun(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            Matcher time = TIME.matcher(new String(in.readNBytes(HEAD_BYTES), StandardCharsets.UTF_8));
            if (time.find()) {
                return Instant.parse(time.group(1));
            }
        } catch (DateTimeParseException e) {
            // No line of ours.
        }
        return Files.getLastModifiedTime(path).toInstant();
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
        try {
            try (InputStream in = Files.newInputStream(file);
                    OutputStream out = new GZIPOutputStream(Files.newOutputStream(part), 1 << 16)) {
                in.transferTo(out);
            }
            Files.move(part, zipped, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            // Still there where the disk is full: then it would be in the way of what is to be written.
            Files.deleteIfExists(part);
        }
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
        try {
            end();
        } finally {
            FileLock held = lock;
            lock = null;
            if (held != null) {
                held.acquiredBy().close();
            }
        }
    }
}
