package dev.slipway.transforms.image;

import java.util.Arrays;

/**
 * Resizes as Pillow does it, bit by bit: antialiased, across first, then down, each rounded to 8 bits. Only what is shown is
 * computed. Thread-safe.
 */
final class Resampler {
    private static final int HALF = 1 << (Weights.BITS - 1);

    private final Interpolation interpolation;

    Resampler(Interpolation interpolation) {
        this.interpolation = interpolation;
    }

    /** The shown window of a picture: a picture of {@link Window#shown()}'s size. */
    Picture resize(Picture picture, Window window) {
        return interpolation == Interpolation.NEAREST ? nearest(picture, window) : smooth(picture, window);
    }

    private Picture smooth(Picture picture, Window window) {
        Window.Box region = window.region();
        Window.Box shown = window.shown();
        int bands = picture.bands();
        Weights down = region.height() == window.resized().height()
                ? null
                : new Weights(interpolation, region.height(), window.resized().height(), shown.top(), shown.height());
        int firstRow = down == null ? shown.top() : down.first();
        int rows = down == null ? shown.height() : down.end() - firstRow;
        byte[] narrow = new byte[rows * shown.width() * bands];
        if (region.width() == window.resized().width()) {
            for (int y = 0; y < rows; y++) {
                int from = ((region.top() + firstRow + y) * picture.width() + region.left() + shown.left()) * bands;
                System.arraycopy(picture.pixels(), from, narrow, y * shown.width() * bands, shown.width() * bands);
            }
        } else {
            Weights across =
                    new Weights(interpolation, region.width(), window.resized().width(), shown.left(), shown.width());
            for (int y = 0; y < rows; y++) {
                int from = ((region.top() + firstRow + y) * picture.width() + region.left()) * bands;
                across(picture.pixels(), from, bands, across, narrow, y * shown.width() * bands);
            }
        }
        byte[] pixels = down == null ? narrow : down(narrow, shown.width() * bands, down);
        return new Picture(shown.width(), shown.height(), bands, picture.isBgr(), pixels);
    }

    private static void across(byte[] pixels, int from, int bands, Weights weights, byte[] into, int to) {
        int out = to;
        for (int i = 0; i < weights.count(); i++) {
            int at = from + weights.start(i) * bands;
            int count = weights.count(i);
            if (bands == 3) {
                int first = HALF;
                int second = HALF;
                int third = HALF;
                for (int x = 0; x < count; x++, at += 3) {
                    int weight = weights.weight(i, x);
                    first += (pixels[at] & 0xff) * weight;
                    second += (pixels[at + 1] & 0xff) * weight;
                    third += (pixels[at + 2] & 0xff) * weight;
                }
                into[out++] = clipped(first);
                into[out++] = clipped(second);
                into[out++] = clipped(third);
            } else {
                int sum = HALF;
                for (int x = 0; x < count; x++) {
                    sum += (pixels[at++] & 0xff) * weights.weight(i, x);
                }
                into[out++] = clipped(sum);
            }
        }
    }

    /** Whole rows at a time: the compiler makes vectors of them. */
    private static byte[] down(byte[] rows, int rowBytes, Weights weights) {
        byte[] pixels = new byte[weights.count() * rowBytes];
        int[] sums = new int[rowBytes];
        for (int i = 0; i < weights.count(); i++) {
            Arrays.fill(sums, HALF);
            for (int y = 0; y < weights.count(i); y++) {
                int weight = weights.weight(i, y);
                int from = (weights.start(i) - weights.first() + y) * rowBytes;
                for (int x = 0; x < rowBytes; x++) {
                    sums[x] += (rows[from + x] & 0xff) * weight;
                }
            }
            for (int x = 0; x < rowBytes; x++) {
                pixels[i * rowBytes + x] = clipped(sums[x]);
            }
        }
        return pixels;
    }

    private static byte clipped(int sum) {
        return (byte) Math.max(0, Math.min(255, sum >> Weights.BITS));
    }

    private static Picture nearest(Picture picture, Window window) {
        Window.Box region = window.region();
        Window.Box shown = window.shown();
        int[] columns = places(region.width(), window.resized().width(), shown.left(), shown.width());
        int[] rows = places(region.height(), window.resized().height(), shown.top(), shown.height());
        int bands = picture.bands();
        byte[] pixels = new byte[shown.width() * shown.height() * bands];
        int to = 0;
        for (int row : rows) {
            int start = (region.top() + row) * picture.width() + region.left();
            for (int column : columns) {
                for (int band = 0; band < bands; band++) {
                    pixels[to++] = picture.pixels()[(start + column) * bands + band];
                }
            }
        }
        return new Picture(shown.width(), shown.height(), bands, picture.isBgr(), pixels);
    }

    /** Summed up step by step, as Pillow does it: a product would round otherwise now and then. */
    private static int[] places(int from, int to, int first, int count) {
        int[] places = new int[count];
        double step = (double) from / to;
        double place = step * 0.5;
        for (int i = 0; i < first + count; i++) {
            if (i >= first) {
                places[i - first] = Math.min(from - 1, (int) place);
            }
            place += step;
        }
        return places;
    }
}
