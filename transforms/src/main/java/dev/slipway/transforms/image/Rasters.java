package dev.slipway.transforms.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;

/** Takes the numbers out of what ImageIO decodes, as they stand in the file: no colour is converted. */
final class Rasters {
    private Rasters() {}

    static Picture of(BufferedImage image) {
        Raster raster = image.getRaster();
        if (image.getColorModel() instanceof IndexColorModel palette) {
            return indexed(raster, palette);
        }
        int bands = raster.getNumBands() >= 3 ? 3 : 1;
        if (raster.getSampleModel() instanceof PixelInterleavedSampleModel model
                && raster.getDataBuffer() instanceof DataBufferByte buffer
                && model.getPixelStride() == bands
                && model.getScanlineStride() == bands * raster.getWidth()
                && buffer.getOffset() == 0
                && raster.getSampleModelTranslateX() == 0
                && raster.getSampleModelTranslateY() == 0) {
            int first = model.getBandOffsets()[0];
            return new Picture(raster.getWidth(), raster.getHeight(), bands, first == 2, buffer.getData());
        }
        return copied(raster, bands);
    }

    private static Picture indexed(Raster raster, IndexColorModel palette) {
        int[] colours = new int[256];
        for (int i = 0; i < palette.getMapSize() && i < colours.length; i++) {
            colours[i] = palette.getRGB(i);
        }
        int width = raster.getWidth();
        int height = raster.getHeight();
        byte[] pixels = new byte[width * height * 3];
        int[] row = new int[width];
        int to = 0;
        for (int y = 0; y < height; y++) {
            raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
            for (int index : row) {
                int colour = colours[index & 0xff];
                pixels[to++] = (byte) (colour >> 16);
                pixels[to++] = (byte) (colour >> 8);
                pixels[to++] = (byte) colour;
            }
        }
        return new Picture(width, height, 3, false, pixels);
    }

    /** With transparency left out; of 16 bits the upper 8 count. */
    private static Picture copied(Raster raster, int bands) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        int shift = Math.max(0, raster.getSampleModel().getSampleSize(0) - 8);
        byte[] pixels = new byte[width * height * bands];
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            for (int band = 0; band < bands; band++) {
                raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, band, row);
                int to = y * width * bands + band;
                for (int x = 0; x < width; x++, to += bands) {
                    pixels[to] = (byte) (row[x] >> shift);
                }
            }
        }
        return new Picture(width, height, bands, false, pixels);
    }

    /**
     * Of four inks, inverted as Photoshop writes them and everybody assumes, by the simple rule of Pillow.
     *
     * @param isYcck whether the first three are luminance and chrominance
     */
    static Picture inks(Raster raster, boolean isYcck) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        byte[] pixels = new byte[width * height * 3];
        int[] row = new int[width * 4];
        int to = 0;
        for (int y = 0; y < height; y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0; x < width; x++) {
                int at = 4 * x;
                int black = row[at + 3];
                if (isYcck) {
                    invertedInks(row, at);
                }
                for (int ink = 0; ink < 3; ink++) {
                    pixels[to++] = (byte) Math.max(0, black - scaled(255 - row[at + ink], black));
                }
            }
        }
        return new Picture(width, height, 3, false, pixels);
    }

    /** {@code one * other / 255}, rounded, as Pillow does it. */
    private static int scaled(int one, int other) {
        int product = one * other + 128;
        return ((product >> 8) + product) >> 8;
    }

    private static void invertedInks(int[] row, int at) {
        double luminance = row[at];
        double blue = row[at + 1] - 128;
        double red = row[at + 2] - 128;
        row[at] = 255 - clipped(luminance + 1.402 * red);
        row[at + 1] = 255 - clipped(luminance - 0.344136286 * blue - 0.714136286 * red);
        row[at + 2] = 255 - clipped(luminance + 1.772 * blue);
    }

    private static int clipped(double value) {
        return (int) Math.max(0, Math.min(255, Math.rint(value)));
    }
}
