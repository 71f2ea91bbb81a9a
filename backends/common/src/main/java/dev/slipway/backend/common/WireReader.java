package dev.slipway.backend.common;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.SlipwayException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Walks the protobuf fields of a file through a small window, so that the weights in it are skipped and never read. The
 * text it keeps is bounded, and so is the depth of messages.
 */
public final class WireReader implements Closeable {
    public static final int VARINT = 0;
    public static final int FIXED64 = 1;
    public static final int BYTES = 2;
    public static final int FIXED32 = 5;

    private static final int WINDOW_BYTES = 1 << 16;
    private static final int TEXT_BYTES_MAX = 1 << 20;
    private static final long ALL_TEXT_BYTES_MAX = 64L << 20;
    /** Protobuf's own limit, which ONNX Runtime keeps. */
    private static final int DEPTH_MAX = 100;

    private final FileChannel channel;
    private final String file;
    private final String kind;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long windowEnd;
    private long limit;
    private long textBytes;
    private int depth;
    private int field;
    private int wireType;

    /**
     * @param kind what the file should be, for messages: {@code ONNX model}
     * @throws SlipwayException {@code UNAVAILABLE} when it can't be read
     */
    public WireReader(Path path, String kind) {
        this.kind = kind;
        file = String.valueOf(path.getFileName());
        try {
            channel = FileChannel.open(path);
            limit = channel.size();
        } catch (IOException e) {
            throw unreadable(e);
        }
        window.limit(0);
    }

    /** Moves to the next field of the message; false at its end. */
    public boolean next() {
        if (position() >= limit) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        wireType = (int) (tag & 7);
        if (tag >>> 3 == 0 || tag >>> 32 != 0) {
            throw broken("a field number of " + (tag >>> 3), "1 to 536870911");
        }
        return true;
    }

    /** The number of the field. */
    public int field() {
        return field;
    }

    /** One of the four types. */
    public int wireType() {
        return wireType;
    }

    /** The value of a field of type varint. */
    public long number() {
        expect(VARINT);
        return varint();
    }

    /** The value of a text field; what is not UTF-8 in it is replaced. */
    public String text() {
        expect(BYTES);
        long length = length();
        textBytes += length;
        if (length > TEXT_BYTES_MAX || textBytes > ALL_TEXT_BYTES_MAX) {
            throw broken("a text of " + length + " bytes", "at most " + TEXT_BYTES_MAX + ", and 64 MiB in all");
        }
        byte[] bytes = new byte[(int) length];
        for (int done = 0; done < bytes.length; ) {
            fill(1);
            int some = Math.min(window.remaining(), bytes.length - done);
            window.get(bytes, done, some);
            done += some;
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Steps into a message; returns what {@link #leave} needs. */
    public long enter() {
        expect(BYTES);
        long length = length();
        if (++depth > DEPTH_MAX) {
            throw broken("messages nested deeper than " + DEPTH_MAX, "at most that");
        }
        long outer = limit;
        limit = position() + length;
        return outer;
    }

    /** Steps out of a message that was read to its end. */
    public void leave(long outer) {
        depth--;
        limit = outer;
    }

    /** Skips the field, whatever its type, and returns the number of bytes of its value. */
    public long skip() {
        return switch (wireType) {
            case VARINT -> {
                varint();
                yield 1;
            }
            case FIXED64 -> skipBytes(8);
            case FIXED32 -> skipBytes(4);
            case BYTES -> skipBytes(length());
            default -> throw broken("wire type " + wireType, "0, 1, 2 or 5");
        };
    }

    /** A little-endian number of 8 bytes; only inside a message that was entered. */
    public long fixed64() {
        if (limit - position() < 8) {
            throw broken("the end of a value", "8 bytes");
        }
        fill(8);
        return window.getLong();
    }

    /** A little-endian number of 4 bytes: in a packed field that was entered, or as the value of a field. */
    public int fixed32() {
        if (limit - position() < 4) {
            throw broken("the end of a value", "4 bytes");
        }
        fill(4);
        return window.getInt();
    }

    /** A varint in a packed field that was entered. */
    public long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (position() >= limit) {
                throw broken("the end of the data inside a number", "more bytes");
            }
            fill(1);
            byte next = window.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw broken("a number of more than 10 bytes", "at most 10");
    }

    /** Skips what is left of a message that was entered; returns the number of bytes. */
    public long skipRest() {
        return skipBytes(limit - position());
    }

    /** Whether the message goes on. */
    public boolean hasMore() {
        return position() < limit;
    }

    /** Of the next byte, in the file. */
    public long position() {
        return windowEnd - window.remaining();
    }

    /** What to throw for a file that holds {@code found} here. */
    public SlipwayException broken(String found, String expected) {
        return new SlipwayException(
                INVALID_ARGUMENT,
                "'%s' is no %s, or it is damaged: byte %d holds %s (expected: %s)"
                        .formatted(file, kind, position(), found, expected));
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private void expect(int type) {
        if (wireType != type) {
            throw broken("field %d of wire type %d".formatted(field, wireType), "wire type " + type);
        }
    }

    private long length() {
        long length = varint();
        long left = limit - position();
        if (length < 0 || length > left) {
            throw broken("a field of %s bytes".formatted(Long.toUnsignedString(length)), left + " at most");
        }
        return length;
    }

    private long skipBytes(long count) {
        if (count > limit - position()) {
            throw broken("the end of the data", count + " more bytes");
        }
        if (count <= window.remaining()) {
            window.position(window.position() + (int) count);
        } else {
            windowEnd = position() + count;
            window.position(0).limit(0);
        }
        return count;
    }

    private void fill(int bytes) {
        if (window.remaining() >= bytes) {
            return;
        }
        window.compact();
        try {
            while (window.position() < bytes) {
                int read = channel.read(window, windowEnd);
                if (read < 0) {
                    window.flip();
                    throw broken("the end of the file, which has become shorter", "more bytes");
                }
                windowEnd += read;
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
        window.flip();
    }

    private SlipwayException unreadable(IOException cause) {
        return new SlipwayException(UNAVAILABLE, "'%s' can't be read: %s".formatted(file, cause), cause);
    }
}
