package dev.slipway.transforms.image;

/**
 * Resizes as {@code tf.image.resize} does it: between half-pixel centres, in float32, never rounded, not antialiased. Only what
 * is shown is computed. Thread-safe.
 *
 * @see <a href="https://www.tensorflow.org/api_docs/python/tf/image/resize">tf.image.resize</a>
 */
final class HalfPixels {
    private final Interpolation interpolation;

    /** @param interpolation nearest or bilinear */
    HalfPixels(Interpolation interpolation) {
        this.interpolation = interpolation;
    }

    /** The numbers of the shown window, 0 to 255, row by row, the bands side by side. */
    float[] resize(Picture picture, Window window) {
        Window.Box region = window.region();
        Window.Box shown = window.shown();
        Axis across = axis(region.width(), window.resized().width(), shown.left(), shown.width());
        Axis down = axis(region.height(), window.resized().height(), shown.top(), shown.height());
        int bands = picture.bands();
        byte[] pixels = picture.pixels();
        float[] resized = new float[shown.width() * shown.height() * bands];
        int to = 0;
        for (int y = 0; y < shown.height(); y++) {
            int upper = (region.top() + down.lower()[y]) * picture.width() + region.left();
            int lower = (region.top() + down.upper()[y]) * picture.width() + region.left();
            for (int x = 0; x < shown.width(); x++) {
                for (int band = 0; band < bands; band++) {
                    int left = across.lower()[x] * bands + band;
                    int right = across.upper()[x] * bands + band;
                    float top = between(pixels[upper * bands + left], pixels[upper * bands + right], across.share()[x]);
                    float bottom =
                            between(pixels[lower * bands + left], pixels[lower * bands + right], across.share()[x]);
                    resized[to++] = top + (bottom - top) * down.share()[y];
                }
            }
        }
        return resized;
    }

    private static float between(byte one, byte other, float share) {
        float start = one & 0xff;
        return start + ((other & 0xff) - start) * share;
    }

    /** Which two pixels count along one axis, and the share of the second. */
    @SuppressWarnings("ArrayRecordComponent") // Never leaves this class.
    private record Axis(int[] lower, int[] upper, float[] share) {}

    private Axis axis(int from, int to, int first, int count) {
        Axis axis = new Axis(new int[count], new int[count], new float[count]);
        float scale = from / (float) to;
        for (int i = 0; i < count; i++) {
            float center = (first + i + 0.5f) * scale;
            if (interpolation == Interpolation.NEAREST) {
                int nearest = Math.max(0, Math.min(from - 1, (int) Math.floor(center)));
                axis.lower()[i] = nearest;
                axis.upper()[i] = nearest;
            } else {
                float place = center - 0.5f;
                float floor = (float) Math.floor(place);
                axis.lower()[i] = Math.max(0, (int) floor);
                axis.upper()[i] = Math.min(from - 1, (int) Math.ceil(place));
                axis.share()[i] = place - floor;
            }
        }
        return axis;
    }
}
