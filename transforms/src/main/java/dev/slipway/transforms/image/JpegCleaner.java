package dev.slipway.transforms.image;

import java.io.ByteArrayOutputStream;

/** Reads the segments of a JPEG file. Used once. */
final class JpegCleaner {
    private static final int SOF0 = 0xc0;
    private static final int SOF15 = 0xcf;
    private static final int DHT = 0xc4;
    private static final int JPG = 0xc8;
    private static final int DAC = 0xcc;
    private static final int SOI = 0xd8;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int APP0 = 0xe0;
    private static final int APP1 = 0xe1;
    private static final int APP14 = 0xee;
    private static final int APP15 = 0xef;
    private static final int COM = 0xfe;

    /** A camera's progressive picture has about ten; each costs a walk over all of the picture. */
    private static final int SCANS_MAX = 100;

    private final byte[] bytes;
    private final ByteArrayOutputStream cleaned;
    private int width;
    private int height;
    private int components;
    private int orientation = 1;
    private int adobeTransform = -1;
    private int scans;

    JpegCleaner(byte[] bytes) {
        this.bytes = bytes;
        this.cleaned = new ByteArrayOutputStream(bytes.length);
    }

    Cleaned clean() throws PictureException {
        cleaned.write(0xff);
        cleaned.write(SOI);
        int at = 2;
        while (true) {
            at = skipFill(at);
            int marker = bytes[at++] & 0xff;
            if (marker == EOI) {
                break;
            }
            if (at + 2 > bytes.length) {
                throw truncated();
            }
            int length = unsigned(at);
            if (length < 2 || at + length > bytes.length) {
                throw truncated();
            }
            read(marker, at + 2, length - 2);
            int end = marker == SOS ? endOfScan(at + length) : at + length;
            if (isKept(marker, at + 2, length - 2)) {
                cleaned.write(bytes, at - 2, end - at + 2);
            }
            at = end;
        }
        if (width == 0 || scans == 0) {
            throw new PictureException("JPEG without a picture in it");
        }
        cleaned.write(0xff);
        cleaned.write(EOI);
        return new Cleaned(
                width,
                height,
                new Cleaned.Frame(0, 0, width, height),
                components,
                adobeTransform == 2,
                orientation,
                cleaned.toByteArray());
    }

    /** Where the letter of the next marker is. */
    private int skipFill(int from) throws PictureException {
        int at = from;
        // Some cameras leave bytes between segments; libjpeg skips them too.
        while (at < bytes.length && bytes[at] != (byte) 0xff) {
            at++;
        }
        while (at < bytes.length && bytes[at] == (byte) 0xff) {
            at++;
        }
        if (at >= bytes.length) {
            throw truncated();
        }
        return at;
    }

    private int endOfScan(int from) throws PictureException {
        for (int at = from; at + 1 < bytes.length; at++) {
            if (bytes[at] == (byte) 0xff) {
                int next = bytes[at + 1] & 0xff;
                boolean isData = next == 0 || next == 0xff || (next >= 0xd0 && next <= 0xd7);
                if (!isData) {
                    return at;
                }
            }
        }
        throw truncated();
    }

    private void read(int marker, int at, int length) throws PictureException {
        if (marker == SOS && ++scans > SCANS_MAX) {
            throw new PictureException("JPEG of more than %d scans".formatted(SCANS_MAX));
        }
        if (marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC) {
            if (length < 6 || width > 0) {
                throw new PictureException("JPEG with a broken or a second head");
            }
            height = unsigned(at + 1);
            width = unsigned(at + 3);
            components = bytes[at + 5] & 0xff;
            if (width == 0 || height == 0) {
                throw new PictureException("JPEG of %d x %d pixels".formatted(width, height));
            }
        }
        if (marker == APP1 && orientation == 1 && startsWith("Exif\0\0", at, length)) {
            orientation = Exif.orientation(bytes, at + 6, length - 6);
        }
        if (marker == APP14 && length >= 12 && startsWith("Adobe", at, length)) {
            adobeTransform = bytes[at + 11] & 0xff;
        }
    }

    /** The two that say what the components mean are kept; whatever else applications or people left is not. */
    private boolean isKept(int marker, int at, int length) {
        if (marker == APP0) {
            // Without its thumbnail, of which the length is a part.
            return length == 14 && startsWith("JFIF\0", at, length);
        }
        if (marker == APP14) {
            return length >= 12 && startsWith("Adobe", at, length);
        }
        return marker != COM && !(marker > APP0 && marker <= APP15);
    }

    private boolean startsWith(String text, int at, int length) {
        if (length < text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (bytes[at + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int unsigned(int at) {
        return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
    }

    private static PictureException truncated() {
        return new PictureException("truncated JPEG");
    }
}
