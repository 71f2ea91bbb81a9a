package dev.slipway.transforms.image;

/**
 * Pixels, row by row.
 *
 * @param width in pixels
 * @param height in pixels
 * @param bands numbers of a pixel, which lie side by side: 1 or 3
 * @param isBgr whether three of them are blue, green and red
 * @param pixels 0 to 255, at least {@code width * height * bands}
 */
@SuppressWarnings("ArrayRecordComponent") // As large as pictures are: never compared, never copied without need.
record Picture(int width, int height, int bands, boolean isBgr, byte[] pixels) {

    /** Luminance as Pillow computes it: ITU-R 601, in whole numbers, rounded. */
    Picture gray() {
        if (bands == 1) {
            return this;
        }
        byte[] gray = new byte[width * height];
        int red = isBgr ? 2 : 0;
        for (int i = 0, at = 0; i < gray.length; i++, at += 3) {
            int sum = (pixels[at + red] & 0xff) * 19595
                    + (pixels[at + 1] & 0xff) * 38470
                    + (pixels[at + 2 - red] & 0xff) * 7471;
            gray[i] = (byte) ((sum + 0x8000) >> 16);
        }
        return new Picture(width, height, 1, false, gray);
    }

    /**
     * The same as a camera saw it.
     *
     * @param orientation as EXIF counts: 1 upright, 2 mirrored, 3 upside down, up to 8
     */
    Picture upright(int orientation) {
        if (orientation == 1) {
            return this;
        }
        boolean isTurned = orientation >= 5;
        int newWidth = isTurned ? height : width;
        int newHeight = isTurned ? width : height;
        boolean isFromRight = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        boolean isFromBottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        byte[] turned = new byte[width * height * bands];
        int to = 0;
        for (int y = 0; y < newHeight; y++) {
            for (int x = 0; x < newWidth; x++) {
                int column = isTurned ? y : x;
                int row = isTurned ? x : y;
                int from =
                        (isFromBottom ? height - 1 - row : row) * width + (isFromRight ? width - 1 - column : column);
                for (int band = 0; band < bands; band++) {
                    turned[to++] = pixels[from * bands + band];
                }
            }
        }
        return new Picture(newWidth, newHeight, bands, isBgr, turned);
    }

    /** The same as a part of a larger one, black around it. */
    Picture within(Cleaned file) {
        if (file.isFrameAll()) {
            return this;
        }
        byte[] larger = new byte[file.width() * file.height() * bands];
        for (int y = 0; y < height; y++) {
            int to = ((file.frame().top() + y) * file.width() + file.frame().left()) * bands;
            System.arraycopy(pixels, y * width * bands, larger, to, width * bands);
        }
        return new Picture(file.width(), file.height(), bands, isBgr, larger);
    }
}
