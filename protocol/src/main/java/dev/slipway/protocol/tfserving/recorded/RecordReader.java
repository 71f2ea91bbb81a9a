package dev.slipway.protocol.tfserving.recorded;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads a TFRecord file: records one after the other, each with its length, and checksums of both. Not for several
 * threads.
 *
 * @see <a href="https://www.tensorflow.org/tutorials/load_data/tfrecord">TensorFlow: TFRecord</a>
 */
public final class RecordReader {
    private static final int LENGTH_BYTES = 8;
    private static final int CHECKSUM_BYTES = 4;
    private static final int MASK_DELTA = 0xa282ead8;
    private static final int MASK_SHIFT = 15;
    private static final int GZIP_MAGIC = 0x8b1f;

    private final InputStream in;
    private final int recordBytesMax;
    private long count;

    /**
     * @param in is not closed
     * @param recordBytesMax bytes of a record at most
     */
    public RecordReader(InputStream in, int recordBytesMax) {
        this.in = in;
        this.recordBytesMax = recordBytesMax;
    }

    /** Records that were read so far. */
    public long count() {
        return count;
    }

    /**
     * The next record; null at the end.
     *
     * @throws SlipwayException {@code DATA_LOSS} when the file is cut off or a checksum is wrong;
     *     {@code RESOURCE_EXHAUSTED} when a record is too large; {@code UNIMPLEMENTED} when the file is compressed
     */
    public @Nullable ByteBuffer next() throws IOException {
        ByteBuffer head =
                ByteBuffer.wrap(in.readNBytes(LENGTH_BYTES + CHECKSUM_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        if (!head.hasRemaining()) {
            return null;
        }
        if (head.remaining() < LENGTH_BYTES + CHECKSUM_BYTES) {
            throw cutOff();
        }
        if (count == 0 && (head.getShort(0) & 0xffff) == GZIP_MAGIC) {
            throw new SlipwayException(
                    ErrorCode.UNIMPLEMENTED, "the file is compressed (expected: a TFRecord file as it is)");
        }
        check(head.array(), LENGTH_BYTES, head.getInt(LENGTH_BYTES), "length");
        long length = head.getLong(0);
        if (length < 0 || length > recordBytesMax) {
            throw new SlipwayException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "it has %s bytes (expected: at most %d)".formatted(Long.toUnsignedString(length), recordBytesMax));
        }
        // Grows with what is there: a length is no reason to set memory aside.
        byte[] bytes = in.readNBytes((int) length);
        byte[] checksum = in.readNBytes(CHECKSUM_BYTES);
        if (bytes.length < length || checksum.length < CHECKSUM_BYTES) {
            throw cutOff();
        }
        check(
                bytes,
                bytes.length,
                ByteBuffer.wrap(checksum).order(ByteOrder.LITTLE_ENDIAN).getInt(),
                "data");
        count++;
        return ByteBuffer.wrap(bytes);
    }

    private static void check(byte[] bytes, int length, int expected, String what) {
        int found = maskedChecksum(bytes, length);
        if (found != expected) {
            throw new SlipwayException(
                    ErrorCode.DATA_LOSS,
                    "the checksum of its %s is %08x (expected: %08x); is it a TFRecord file?"
                            .formatted(what, found, expected));
        }
    }

    /** CRC-32C, rotated and shifted, so that a checksum of data that holds checksums stays a good one. */
    public static int maskedChecksum(byte[] bytes, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, length);
        return Integer.rotateRight((int) checksum.getValue(), MASK_SHIFT) + MASK_DELTA;
    }

    private static SlipwayException cutOff() {
        return new SlipwayException(ErrorCode.DATA_LOSS, "it is cut off (expected: a whole record)");
    }
}
