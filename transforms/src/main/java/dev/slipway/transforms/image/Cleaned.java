package dev.slipway.transforms.image;

/**
 * A picture's file, less what no pixel needs: profiles, comments, thumbnails and texts never reach a decoder.
 *
 * @param width of the whole picture, in pixels, above 0
 * @param height likewise
 * @param frame where in it the decoded pixels lie
 * @param components numbers a pixel of a JPEG; 0 for other formats
 * @param isYcck whether four of them are luminance, chrominance and black
 * @param orientation as EXIF counts, 1 to 8
 * @param bytes for the decoder
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on once, never compared.
record Cleaned(int width, int height, Frame frame, int components, boolean isYcck, int orientation, byte[] bytes) {
    /** A rectangle of the picture. */
    record Frame(int left, int top, int width, int height) {}

    /** All of it. */
    static Cleaned whole(int width, int height, int orientation, byte[] bytes) {
        return new Cleaned(width, height, new Frame(0, 0, width, height), 0, false, orientation, bytes);
    }

    boolean isFrameAll() {
        return frame.left() == 0 && frame.top() == 0 && frame.width() == width && frame.height() == height;
    }
}
