package dev.slipway.transforms.image;

import org.jspecify.annotations.Nullable;

/** The formats of pictures, told from their first bytes: names and content types lie. */
enum Format {
    JPEG("JPEG"),
    PNG("PNG"),
    WEBP("WebP"),
    GIF("GIF");

    /** Bytes that {@link #of} looks at. */
    static final int HEAD_BYTES = 12;

    private final String text;

    Format(String text) {
        this.text = text;
    }

    /** What starts so; null for anything else. */
    static @Nullable Format of(byte[] bytes) {
        if (starts(bytes, 0, 0xff, 0xd8, 0xff)) {
            return JPEG;
        }
        if (starts(bytes, 0, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n')) {
            return PNG;
        }
        if (starts(bytes, 0, 'R', 'I', 'F', 'F') && starts(bytes, 8, 'W', 'E', 'B', 'P')) {
            return WEBP;
        }
        if (starts(bytes, 0, 'G', 'I', 'F', '8') && starts(bytes, 5, 'a')) {
            return GIF;
        }
        return null;
    }

    private static boolean starts(byte[] bytes, int offset, int... expected) {
        if (bytes.length < offset + expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if ((bytes[offset + i] & 0xff) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return text;
    }
}
