package dev.slipway.protocol.wire;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads one protobuf message, field by field, from bytes that somebody else owns. Messages inside it are read by the
 * same reader, which {@link #enter() narrows} itself to them. Whatever breaks the format is {@code INVALID_ARGUMENT},
 * with the message's name and the byte's offset in it. For use by one thread.
 */
public final class WireReader {
    public static final int VARINT = 0;
    public static final int FIXED64 = 1;
    public static final int BYTES = 2;
    public static final int FIXED32 = 5;

    /** How many entries of one kind (inputs, outputs, parameters) a message may have: each costs objects. */
    public static final int ENTRIES_MAX = 65_536;

    /** Bytes of the longest text: names, labels, ids. They end up in messages and logs. */
    public static final int TEXT_BYTES_MAX = 65_536;

    private static final int START_GROUP = 3;
    private static final int END_GROUP = 4;
    private static final int GROUP_DEPTH_MAX = 100;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final String message;
    private final ByteBuffer bytes;

    /** Where the bytes lie on the heap; positions are then its indices. Most do, and arrays are read faster. */
    private final byte @Nullable [] array;

    private final int start;
    private int position;
    private int limit;

    /**
     * @param message what errors call it: {@code PredictRequest}
     * @param bytes from position to limit, which do not move
     */
    public WireReader(String message, ByteBuffer bytes) {
        this.message = message;
        if (bytes.hasArray()) {
            this.array = bytes.array();
            this.bytes = bytes;
            this.start = bytes.arrayOffset() + bytes.position();
        } else {
            this.array = null;
            this.bytes = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
            this.start = bytes.position();
        }
        this.position = start;
        this.limit = start + bytes.remaining();
    }

    private WireReader(WireReader whole, int fromOffset, int toOffset) {
        this.message = whole.message;
        this.bytes = whole.bytes;
        this.array = whole.array;
        this.start = whole.start;
        this.position = start + fromOffset;
        this.limit = start + toOffset;
    }

    /** A tag as {@link #readTag()} returns it, for {@code switch}. */
    public static int tag(int field, int wireType) {
        return field << 3 | wireType;
    }

    /** The number of the field that a tag begins. */
    public static int field(int tag) {
        return tag >>> 3;
    }

    /** Another reader of the same message, for the fields between two offsets. */
    public WireReader between(int fromOffset, int toOffset) {
        return new WireReader(this, fromOffset, toOffset);
    }

    /** Whether the message, or the one it is narrowed to, goes on. */
    public boolean hasMore() {
        return position < limit;
    }

    /** Bytes from the start of the outermost message to here. */
    public int offset() {
        return position - start;
    }

    /** Bytes left of the message, or of the one it is narrowed to. */
    public int remaining() {
        return limit - position;
    }

    public int readTag() {
        int at = position;
        long tag = readVarint();
        if (tag >>> 32 != 0 || tag >>> 3 == 0) {
            throw malformed(
                    at, "the tag %s".formatted(Long.toUnsignedString(tag)), "a field number from 1 to 2^29 - 1");
        }
        int wireType = (int) tag & 7;
        if (wireType > FIXED32) {
            throw malformed(at, "wire type " + wireType, "0 to 5");
        }
        return (int) tag;
    }

    /** An unsigned or two's complement value; fields of 32 bits are its lower half. */
    public long readVarint() {
        int at = position;
        if (at < limit) {
            byte first = byteAt(at);
            if (first >= 0) {
                position = at + 1;
                return first;
            }
            if (limit - at > 1) {
                byte second = byteAt(at + 1);
                if (second >= 0) {
                    position = at + 2;
                    return (first & 0x7f) | second << 7;
                }
            }
        }
        return readLongVarint();
    }

    private long readLongVarint() {
        int at = position;
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at == limit) {
                throw malformed(position, "a number that is cut off", "its last byte");
            }
            byte next = byteAt(at++);
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                if (shift == 63 && next > 1) {
                    break;
                }
                position = at;
                return value;
            }
        }
        throw malformed(position, "a number of more than 64 bits", "at most 64");
    }

    public int readFixed32() {
        int at = position;
        position += requireLeft(4);
        return array == null ? bytes.getInt(at) : (int) INT.get(array, at);
    }

    public long readFixed64() {
        int at = position;
        position += requireLeft(8);
        return array == null ? bytes.getLong(at) : (long) LONG.get(array, at);
    }

    /** Reads the length of a field of wire type {@link #BYTES}, which is then known to lie within the message. */
    public int readLength() {
        int at = position;
        long length = readVarint();
        if (length < 0 || length > limit - position) {
            throw malformed(
                    at,
                    "a field of %s bytes".formatted(Long.toUnsignedString(length)),
                    "at most %d, what is left of the message".formatted(limit - position));
        }
        return (int) length;
    }

    /** A field's bytes where they lie; nothing is copied. */
    public ByteBuffer readView() {
        int length = readLength();
        ByteBuffer view = view(position, length);
        position += length;
        return view;
    }

    /** Skips a field of wire type {@link #BYTES}, and returns its length. */
    public int skipBytes() {
        int length = readLength();
        position += length;
        return length;
    }

    /** Copies the next {@code length} bytes, which {@link #readLength()} has found to be there. */
    public void readBytes(byte[] target, int at, int length) {
        requireLeft(length);
        if (array == null) {
            bytes.get(position, target, at, length);
        } else {
            System.arraycopy(array, position, target, at, length);
        }
        position += length;
    }

    /** A field's text, which must be UTF-8, and of {@value #TEXT_BYTES_MAX} bytes at most. */
    public String readString() {
        int at = position;
        int length = readLength();
        if (length > TEXT_BYTES_MAX) {
            throw malformed(at, "text of %d bytes".formatted(length), "at most %d".formatted(TEXT_BYTES_MAX));
        }
        String text = text(position, length);
        // What is not UTF-8 has been replaced by U+FFFD, which is also a legal character: look again, strictly.
        if (text.indexOf('\uFFFD') >= 0 && !isUtf8(position, length)) {
            throw malformed(at, "text that is not UTF-8", "UTF-8");
        }
        position += length;
        return text;
    }

    private byte byteAt(int at) {
        return array == null ? bytes.get(at) : array[at];
    }

    private ByteBuffer view(int from, int length) {
        return array == null ? bytes.slice(from, length) : ByteBuffer.wrap(array, from, length);
    }

    private String text(int from, int length) {
        if (array != null) {
            return new String(array, from, length, StandardCharsets.UTF_8);
        }
        byte[] copy = new byte[length];
        bytes.get(from, copy);
        return new String(copy, StandardCharsets.UTF_8);
    }

    private boolean isUtf8(int from, int length) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(view(from, length));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** Narrows the reader to the message that a field holds, and returns what {@link #leave(int)} needs. */
    public int enter() {
        int length = readLength();
        int outer = limit;
        limit = position + length;
        return outer;
    }

    /** Skips the rest of the message that was entered, and widens the reader again. */
    public void leave(int outer) {
        position = limit;
        limit = outer;
    }

    /**
     * Skips a field that the caller does not know.
     *
     * @param known bit {@code n} is set when the caller knows field {@code n}: such a field has come with a wire type
     *     that it can't have, and is refused rather than lost
     */
    public void skipUnknown(int tag, int known) {
        int field = field(tag);
        if (field < 32 && (known >>> field & 1) != 0) {
            throw malformed(position, "field %d with wire type %d".formatted(field, tag & 7), "the field's own type");
        }
        skip(tag, 0);
    }

    private void skip(int tag, int depth) {
        switch (tag & 7) {
            case VARINT -> readVarint();
            case FIXED64 -> position += requireLeft(8);
            case BYTES -> skipBytes();
            case FIXED32 -> position += requireLeft(4);
            case START_GROUP -> skipGroup(tag, depth);
            default -> throw malformed(position, "the end of a group", "its start before it");
        }
    }

    private void skipGroup(int startTag, int depth) {
        if (depth == GROUP_DEPTH_MAX) {
            throw malformed(position, "a deeper group", "at most %d within each other".formatted(GROUP_DEPTH_MAX));
        }
        int endTag = tag(field(startTag), END_GROUP);
        for (int tag = readTag(); tag != endTag; tag = readTag()) {
            skip(tag, depth + 1);
        }
    }

    /** Refuses one entry more than {@link #ENTRIES_MAX}; {@code count} is how many there are already. */
    public void requireRoom(int count, String entries) {
        if (count >= ENTRIES_MAX) {
            throw new SlipwayException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "%s has more than %d %s (expected: at most that)".formatted(message, ENTRIES_MAX, entries));
        }
    }

    private int requireLeft(int length) {
        if (limit - position < length) {
            throw malformed(position, "%d bytes".formatted(limit - position), "%d".formatted(length));
        }
        return length;
    }

    private SlipwayException malformed(int at, String found, String expected) {
        return malformedAt(at - start, found, expected);
    }

    /** What to throw when the format is broken at an offset. */
    public SlipwayException malformedAt(int offset, String found, String expected) {
        return new SlipwayException(
                ErrorCode.INVALID_ARGUMENT,
                "%s is malformed: %s at byte %d (expected: %s)".formatted(message, found, offset, expected));
    }
}
