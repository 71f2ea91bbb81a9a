package dev.slipway.server.logging;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file that grows to a size and is then put aside as {@code NAME.1}, what was that as {@code NAME.2}, and so on; the oldest goes.
 * Where something can't be written, what was written since the last flush is lost, and the file goes on after what was flushed. For
 * one thread.
 */
final class RollingFile extends OutputStream {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Path path;
    private final long bytesMax;
    private final int filesMax;
    private @Nullable OutputStream open;

    /** Below that: without what waits. */
    private @Nullable OutputStream file;

    private long bytes;
    private long flushedBytes;

    /** Whether there may be more in the file than was flushed: the beginning of what could not be written. */
    private boolean isTorn;

    /**
     * @param bytesMax after which another begins; a write is never torn apart
     * @param filesMax that are kept, that which is written to among them; at least 1
     */
    RollingFile(Path path, long bytesMax, int filesMax) {
        this.path = path;
        this.bytesMax = bytesMax;
        this.filesMax = filesMax;
    }

    /** Opens it, so that what is wrong with it is seen early. */
    void open() throws IOException {
        current(0);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] line, int from, int length) throws IOException {
        boolean isWritten = false;
        try {
            current(length).write(line, from, length);
            bytes += length;
            isWritten = true;
        } finally {
            if (!isWritten) {
                abandon();
            }
        }
    }

    private OutputStream current(int more) throws IOException {
        OutputStream to = open;
        if (to == null) {
            Path folder = path.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            bytes = Files.exists(path) ? Files.size(path) : 0;
            if (isTorn && bytes > flushedBytes) {
                cut();
            }
            isTorn = false;
            flushedBytes = bytes;
        }
        if (bytes > 0 && bytes + more > bytesMax) {
            close();
            roll();
            to = null;
            bytes = 0;
            flushedBytes = 0;
        }
        if (to == null) {
            file = Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            to = new BufferedOutputStream(file, BUFFER_BYTES);
            open = to;
        }
        return to;
    }

    private void cut() throws IOException {
        try (FileChannel torn = FileChannel.open(path, StandardOpenOption.WRITE)) {
            torn.truncate(flushedBytes);
        }
        bytes = flushedBytes;
    }

    /** Closes the file and forgets what waits for it, which would come after a part of itself. */
    private void abandon() throws IOException {
        OutputStream broken = file;
        file = null;
        open = null;
        if (broken != null) {
            isTorn = true;
            broken.close();
        }
    }

    private void roll() throws IOException {
        for (int number = filesMax - 1; number > 0; number--) {
            Path younger = number == 1 ? path : numbered(number - 1);
            if (Files.exists(younger)) {
                Files.move(younger, numbered(number), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.deleteIfExists(path);
    }

    private Path numbered(int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    @Override
    public void flush() throws IOException {
        OutputStream to = open;
        boolean isFlushed = false;
        try {
            if (to != null) {
                to.flush();
            }
            flushedBytes = bytes;
            isFlushed = true;
        } finally {
            if (!isFlushed) {
                abandon();
            }
        }
    }

    @Override
    public void close() throws IOException {
        OutputStream to = open;
        open = null;
        if (to != null) {
            to.close();
        }
        file = null;
    }
}
