package dev.slipway.transforms.image;

import java.io.ByteArrayOutputStream;

/** Reads the blocks of a GIF file up to the end of its first frame. Used once. */
final class GifCleaner {
    private static final int HEAD_BYTES = 13;
    private static final int FRAME_BYTES = 10;
    private static final int EXTENSION = 0x21;
    private static final int IMAGE = 0x2c;
    private static final int TRAILER = 0x3b;

    private final byte[] bytes;

    GifCleaner(byte[] bytes) {
        this.bytes = bytes;
    }

    Cleaned clean() throws PictureException {
        require(HEAD_BYTES);
        ByteArrayOutputStream cleaned = new ByteArrayOutputStream(bytes.length);
        int at = HEAD_BYTES + colours(bytes[10]);
        require(at);
        cleaned.write(bytes, 0, at);
        while (true) {
            require(at + 1);
            int block = bytes[at] & 0xff;
            if (block == EXTENSION) {
                at = endOfBlocks(at + 2);
            } else if (block == IMAGE) {
                break;
            } else {
                throw new PictureException(
                        block == TRAILER ? "GIF without a picture in it" : "broken GIF: block %02x".formatted(block));
            }
        }
        require(at + FRAME_BYTES);
        int end = endOfBlocks(at + FRAME_BYTES + colours(bytes[at + 9]) + 1);
        cleaned.write(bytes, at, end - at);
        cleaned.write(TRAILER);
        return cleaned(at, cleaned.toByteArray());
    }

    private Cleaned cleaned(int at, byte[] rest) throws PictureException {
        Cleaned.Frame frame = new Cleaned.Frame(unsigned(at + 1), unsigned(at + 3), unsigned(at + 5), unsigned(at + 7));
        // Where the screen is said to be smaller, Pillow and browsers enlarge it too.
        int width = Math.max(unsigned(6), frame.left() + frame.width());
        int height = Math.max(unsigned(8), frame.top() + frame.height());
        if (frame.width() == 0 || frame.height() == 0) {
            throw new PictureException("GIF of %d x %d pixels".formatted(frame.width(), frame.height()));
        }
        return new Cleaned(width, height, frame, 0, false, 1, rest);
    }

    private int endOfBlocks(int from) throws PictureException {
        int at = from;
        while (true) {
            require(at + 1);
            int length = bytes[at] & 0xff;
            at += 1 + length;
            if (length == 0) {
                return at;
            }
        }
    }

    private static int colours(byte flags) {
        return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
    }

    private int unsigned(int at) {
        return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
    }

    private void require(int length) throws PictureException {
        if (length > bytes.length) {
            throw new PictureException("truncated GIF");
        }
    }
}
