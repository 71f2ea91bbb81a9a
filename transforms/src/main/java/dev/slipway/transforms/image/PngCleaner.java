package dev.slipway.transforms.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Reads the chunks of a PNG file. */
final class PngCleaner {
    private static final int SIGNATURE_BYTES = 8;

    /** Length, type and check sum. */
    private static final int CHUNK_BYTES = 12;

    private static final int IHDR = 0x49484452;
    private static final int PLTE = 0x504c5445;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454e44;
    private static final int EXIF = 0x65584966;

    private PngCleaner() {}

    static Cleaned clean(byte[] bytes) throws PictureException {
        ByteBuffer file = ByteBuffer.wrap(bytes);
        if (bytes.length < SIGNATURE_BYTES + CHUNK_BYTES + 13 || file.getInt(12) != IHDR || file.getInt(8) != 13) {
            throw new PictureException("PNG without its head");
        }
        int width = file.getInt(16);
        int height = file.getInt(20);
        if (width <= 0 || height <= 0) {
            throw new PictureException("PNG of %d x %d pixels".formatted(width & 0xffffffffL, height & 0xffffffffL));
        }
        ByteArrayOutputStream cleaned = new ByteArrayOutputStream(bytes.length);
        cleaned.write(bytes, 0, SIGNATURE_BYTES);
        int orientation = 1;
        int at = SIGNATURE_BYTES;
        while (true) {
            if (at + CHUNK_BYTES > bytes.length) {
                throw new PictureException("truncated PNG");
            }
            long length = file.getInt(at) & 0xffffffffL;
            int type = file.getInt(at + 4);
            if (at + CHUNK_BYTES + length > bytes.length) {
                throw new PictureException("truncated PNG");
            }
            if (type == EXIF) {
                orientation = Exif.orientation(bytes, at + 8, (int) length);
            }
            if (type == IHDR || type == PLTE || type == IDAT || type == IEND) {
                cleaned.write(bytes, at, CHUNK_BYTES + (int) length);
            }
            if (type == IEND) {
                return Cleaned.whole(width, height, orientation, cleaned.toByteArray());
            }
            at += CHUNK_BYTES + (int) length;
        }
    }
}
