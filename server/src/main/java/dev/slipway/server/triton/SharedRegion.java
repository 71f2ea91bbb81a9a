package dev.slipway.server.triton;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.openinference.SharedPlace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A region of shared memory that a client has registered. It is read and written as the file that it is, not mapped: a client
 * that shortens its file would end the process of who has it mapped. Thread-safe.
 */
final class SharedRegion implements AutoCloseable {
    /** What is copied at once: the JDK copies through memory of that size, which it keeps for each thread. */
    private static final int PIECE_BYTES = 256 << 10;

    private final String name;
    private final String key;
    private final long offset;
    private final long byteSize;
    private final FileChannel channel;

    /** Requests that copy now. Touched while this object's monitor is held, as is what follows. */
    private int users;

    private boolean isUnregistered;

    /**
     * @param file an existing one, of at least {@code offset + byteSize} bytes
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it is not there, or too short
     */
    SharedRegion(SharedRegions.Status registered, Path file) {
        this.name = registered.name();
        this.key = registered.key();
        this.offset = registered.offset();
        this.byteSize = registered.byteSize();
        FileChannel opened = null;
        boolean isLarge = false;
        try {
            opened = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            long size = opened.size();
            if (offset > size || byteSize > size - offset) {
                throw invalid("has bytes %d to %d of key '%s' (expected: within its %d bytes)"
                        .formatted(offset, offset + byteSize, key, size));
            }
            isLarge = true;
        } catch (IOException e) {
            throw invalid("can't be had: key '%s' can't be opened (%s)".formatted(key, e));
        } finally {
            if (!isLarge) {
                closeQuietly(opened);
            }
        }
        this.channel = opened;
    }

    SharedRegions.Status status() {
        return new SharedRegions.Status(name, key, offset, byteSize);
    }

    ByteBuffer read(SharedPlace place) {
        requireWithin(place);
        begin();
        try {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(place.byteSize()));
            long at = offset + place.offset();
            while (bytes.hasRemaining()) {
                bytes.limit(Math.min(bytes.capacity(), bytes.position() + PIECE_BYTES));
                int got = channel.read(bytes, at);
                if (got < 0) {
                    throw invalid("was made shorter than what was registered (expected: %d bytes)".formatted(byteSize));
                }
                at += got;
                bytes.limit(bytes.capacity());
            }
            return bytes.flip();
        } catch (IOException e) {
            throw new SlipwayException(ErrorCode.UNAVAILABLE, text("can't be read: " + e), e);
        } finally {
            end();
        }
    }

    void write(SharedPlace place, ByteBuffer source) {
        requireWithin(place);
        if (source.remaining() > place.byteSize()) {
            throw invalid("has a place of %d bytes for an output (expected: at least %d)"
                    .formatted(place.byteSize(), source.remaining()));
        }
        begin();
        try {
            ByteBuffer bytes = source.duplicate();
            int end = bytes.limit();
            long at = offset + place.offset();
            if (at + bytes.remaining() > channel.size()) {
                // Writing would make the file longer, out of everybody's memory.
                throw invalid("was made shorter than what was registered (expected: %d bytes)".formatted(byteSize));
            }
            while (bytes.position() < end) {
                bytes.limit(Math.min(end, bytes.position() + PIECE_BYTES));
                at += channel.write(bytes, at);
            }
        } catch (IOException e) {
            throw new SlipwayException(ErrorCode.UNAVAILABLE, text("can't be written: " + e), e);
        } finally {
            end();
        }
    }

    private void requireWithin(SharedPlace place) {
        if (place.offset() > byteSize || place.byteSize() > byteSize - place.offset()) {
            throw invalid("has %d bytes, and a tensor wants %d from byte %d (expected: a place within it)"
                    .formatted(byteSize, place.byteSize(), place.offset()));
        }
    }

    private synchronized void begin() {
        if (isUnregistered) {
            throw SharedRegions.unknown(name);
        }
        users++;
    }

    private synchronized void end() {
        users--;
        if (isUnregistered && users == 0) {
            closeQuietly(channel);
        }
    }

    /** Takes no more requests, and is closed once none uses it. */
    @Override
    public synchronized void close() {
        if (!isUnregistered) {
            isUnregistered = true;
            if (users == 0) {
                closeQuietly(channel);
            }
        }
    }

    /** Whether it is given back. */
    boolean isClosed() {
        return !channel.isOpen();
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // Nothing was buffered: there is nothing to lose.
        }
    }

    private String text(String problem) {
        return "shared memory region '%s' %s".formatted(name, problem);
    }

    private SlipwayException invalid(String problem) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, text(problem));
    }
}
