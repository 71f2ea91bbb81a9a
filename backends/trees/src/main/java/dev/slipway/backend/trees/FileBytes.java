package dev.slipway.backend.trees;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A file's bytes from first to last, through a small window; little-endian. For one thread. */
final class FileBytes implements Closeable {
    /** Larger models exist on no disk we heard of, and what is read takes about as much memory again. */
    private static final long FILE_BYTES_MAX = 1L << 30;

    private static final int WINDOW_BYTES = 1 << 16;
    private static final int TEXT_BYTES_MAX = 1 << 20;

    private final FileChannel channel;
    private final String file;
    private final String kind;
    private final long size;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long windowEnd;

    /**
     * @param kind what the file should be, for messages: {@code XGBoost model}
     * @throws SlipwayException {@code UNAVAILABLE} when it can't be read, {@code INVALID_ARGUMENT} when it is too large
     */
    FileBytes(Path path, String kind) {
        this.kind = kind;
        file = String.valueOf(path.getFileName());
        window.limit(0);
        try {
            channel = FileChannel.open(path);
            size = channel.size();
        } catch (IOException e) {
            throw unreadable(e);
        }
        if (size > FILE_BYTES_MAX) {
            close();
            throw new SlipwayException(
                    INVALID_ARGUMENT, "'%s' has %d bytes (expected: at most %d)".formatted(file, size, FILE_BYTES_MAX));
        }
    }

    String file() {
        return file;
    }

    long position() {
        return windowEnd - window.remaining();
    }

    long remaining() {
        return size - position();
    }

    /** The next byte, which stays; -1 at the end. */
    int peek() {
        return window.hasRemaining() || fill(1) ? window.get(window.position()) & 0xFF : -1;
    }

    /** The next byte. */
    int next() {
        if (!window.hasRemaining() && !fill(1)) {
            throw broken("the end of the file", "more of it");
        }
        return window.get() & 0xFF;
    }

    int int32() {
        need(Integer.BYTES);
        return window.getInt();
    }

    long int64() {
        need(Long.BYTES);
        return window.getLong();
    }

    float float32() {
        need(Float.BYTES);
        return window.getFloat();
    }

    /** Text of so many bytes. */
    String text(long bytes) {
        if (bytes < 0 || bytes > TEXT_BYTES_MAX || bytes > remaining()) {
            throw broken(
                    "text of %d bytes, with %d left".formatted(bytes, remaining()),
                    "at most that, and %d".formatted(TEXT_BYTES_MAX));
        }
        byte[] text = new byte[(int) bytes];
        for (int at = 0; at < text.length; at++) {
            text[at] = (byte) next();
        }
        return new String(text, StandardCharsets.UTF_8);
    }

    void skip(long bytes) {
        if (bytes < 0 || bytes > remaining()) {
            throw broken("%d bytes to skip, with %d left".formatted(bytes, remaining()), "at most that");
        }
        for (long left = bytes; left > 0; ) {
            int step = (int) Math.min(left, window.hasRemaining() || fill(1) ? window.remaining() : left);
            window.position(window.position() + step);
            left -= step;
        }
    }

    /** A count of things that follow, each of so many bytes at least. */
    int count(long count, int bytesEach, String things) {
        if (count < 0 || count > remaining() / bytesEach) {
            throw broken(
                    "%d %s".formatted(count, things),
                    "at most %d, as %d bytes are left".formatted(remaining() / bytesEach, remaining()));
        }
        return (int) count;
    }

    private void need(int bytes) {
        if (window.remaining() < bytes && !fill(bytes)) {
            throw broken("the end of the file", "%d bytes more".formatted(bytes));
        }
    }

    private boolean fill(int bytes) {
        window.compact();
        try {
            for (int read = 0; window.position() < bytes && read >= 0; ) {
                read = channel.read(window);
                windowEnd += Math.max(0, read);
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
        window.flip();
        return window.remaining() >= bytes;
    }

    private SlipwayException unreadable(IOException cause) {
        return new SlipwayException(UNAVAILABLE, "'%s' can't be read: %s".formatted(file, cause), cause);
    }

    SlipwayException broken(String found, String expected) {
        return fault(INVALID_ARGUMENT, "%s at byte %d".formatted(found, position()), expected);
    }

    SlipwayException fault(ErrorCode code, String found, String expected) {
        return new SlipwayException(
                code, "'%s' is no %s that is served: %s (expected: %s)".formatted(file, kind, found, expected));
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }
}
