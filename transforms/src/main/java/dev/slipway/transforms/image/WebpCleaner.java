package dev.slipway.transforms.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the chunks of a WebP file; of an animation, the first frame. Transparency is not looked at. */
final class WebpCleaner {
    private static final int HEAD_BYTES = 12;
    private static final int CHUNK_BYTES = 8;
    private static final int FRAME_BYTES = 16;
    private static final int VP8 = letters("VP8 ");
    private static final int VP8L = letters("VP8L");
    private static final int VP8X = letters("VP8X");
    private static final int ANMF = letters("ANMF");
    private static final int EXIF = letters("EXIF");

    private final ByteBuffer file;
    private int width;
    private int height;
    private int orientation = 1;
    private Cleaned.Frame frame;
    private byte[] frameBytes;

    WebpCleaner(byte[] bytes) {
        this.file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        this.frame = new Cleaned.Frame(0, 0, 0, 0);
        this.frameBytes = new byte[0];
    }

    Cleaned clean() throws PictureException {
        if ((file.getInt(4) & 0xffffffffL) + CHUNK_BYTES > file.limit()) {
            throw new PictureException("truncated WebP");
        }
        walk(HEAD_BYTES, file.limit(), 0, 0);
        if (frameBytes.length == 0) {
            throw new PictureException("truncated WebP, or one without a picture in it");
        }
        if (width == 0) {
            width = frame.width();
            height = frame.height();
        }
        if ((long) frame.left() + frame.width() > width || (long) frame.top() + frame.height() > height) {
            throw new PictureException("broken WebP: a frame outside of the picture");
        }
        return new Cleaned(width, height, frame, 0, false, orientation, frameBytes);
    }

    private void walk(int from, int to, int left, int top) throws PictureException {
        int at = from;
        while (at + CHUNK_BYTES <= to) {
            int type = file.getInt(at);
            long length = file.getInt(at + 4) & 0xffffffffL;
            int start = at + CHUNK_BYTES;
            if (start + length > to) {
                throw new PictureException("truncated WebP");
            }
            int size = (int) length;
            if (type == VP8X && size >= 10) {
                width = 1 + (file.getInt(start + 3) >>> 8);
                height = 1 + (file.getInt(start + 6) >>> 8);
            } else if (type == ANMF && size > FRAME_BYTES && frameBytes.length == 0) {
                walk(
                        start + FRAME_BYTES,
                        start + size,
                        2 * (file.getInt(start) & 0xffffff),
                        2 * (file.getInt(start + 3) & 0xffffff));
            } else if ((type == VP8 || type == VP8L) && frameBytes.length == 0) {
                readFrame(type, start, size, left, top);
            } else if (type == EXIF) {
                // Some writers put the letters of JPEG's segment before it.
                int skipped = size > 6 && file.getInt(start) == letters("Exif") ? 6 : 0;
                orientation = Exif.orientation(file.array(), start + skipped, size - skipped);
            }
            at = (int) Math.min(to, start + length + (length & 1));
        }
    }

    private void readFrame(int type, int start, int size, int left, int top) throws PictureException {
        if (size < 10) {
            throw new PictureException("truncated WebP");
        }
        int frameWidth;
        int frameHeight;
        if (type == VP8) {
            frameWidth = file.getShort(start + 6) & 0x3fff;
            frameHeight = file.getShort(start + 8) & 0x3fff;
        } else {
            int sizes = file.getInt(start + 1);
            frameWidth = 1 + (sizes & 0x3fff);
            frameHeight = 1 + (sizes >>> 14 & 0x3fff);
        }
        if (frameWidth == 0 || frameHeight == 0) {
            throw new PictureException("WebP of %d x %d pixels".formatted(frameWidth, frameHeight));
        }
        frame = new Cleaned.Frame(left, top, frameWidth, frameHeight);
        int padded = size + (size & 1);
        ByteBuffer simple =
                ByteBuffer.allocate(HEAD_BYTES + CHUNK_BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
        simple.putInt(letters("RIFF")).putInt(4 + CHUNK_BYTES + padded).putInt(letters("WEBP"));
        simple.putInt(type).putInt(size).put(file.array(), start, size);
        frameBytes = simple.array();
    }

    private static int letters(String four) {
        return four.charAt(0) | four.charAt(1) << 8 | four.charAt(2) << 16 | four.charAt(3) << 24;
    }
}
