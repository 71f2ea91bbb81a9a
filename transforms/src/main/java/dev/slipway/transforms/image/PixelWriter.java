package dev.slipway.transforms.image;

import java.util.Arrays;

/** Lays pixels out as a model takes them, as {@code (pixel * scale - mean) / std} in float32. Thread-safe. */
final class PixelWriter {
    private static final int COLOURS = 256;

    private final ModelPicture taken;
    private final double scale;
    private final float[] mean;
    private final float[] std;
    private final float[] pad;

    /** By channel, what each of 256 colours becomes. */
    private final float[][] table;

    PixelWriter(ModelPicture taken, double scale, PixelForm form, float[] pad) {
        int channels = taken.channels().count();
        this.taken = taken;
        this.scale = scale;
        this.mean = taken.perChannel("mean", form.mean());
        this.std = taken.perChannel("std", form.std());
        this.table = new float[channels][COLOURS];
        this.pad = new float[channels];
        for (int channel = 0; channel < channels; channel++) {
            for (int colour = 0; colour < COLOURS; colour++) {
                table[channel][colour] = number(colour, channel);
            }
            this.pad[channel] = number(pad[channel], channel);
        }
    }

    private float number(float colour, int channel) {
        return ((float) (colour * scale) - mean[channel]) / std[channel];
    }

    /** Writes pixels of 8 bits. */
    void write(Picture shown, Window window, float[] into) {
        padAround(window, into);
        int step = taken.pixelStep();
        for (int channel = 0; channel < table.length; channel++) {
            float[] colours = table[channel];
            int band = band(shown, channel);
            for (int y = 0; y < shown.height(); y++) {
                int from = y * shown.width() * shown.bands() + band;
                int to = taken.place(channel, window.top() + y, window.left());
                for (int x = 0; x < shown.width(); x++, from += shown.bands(), to += step) {
                    into[to] = colours[shown.pixels()[from] & 0xff];
                }
            }
        }
    }

    /**
     * Writes pixels that were not rounded.
     *
     * @param picture that they were made of
     */
    void write(float[] resized, Picture picture, Window window, float[] into) {
        padAround(window, into);
        Window.Box shown = window.shown();
        int step = taken.pixelStep();
        for (int channel = 0; channel < table.length; channel++) {
            int band = band(picture, channel);
            for (int y = 0; y < shown.height(); y++) {
                int from = y * shown.width() * picture.bands() + band;
                int to = taken.place(channel, window.top() + y, window.left());
                for (int x = 0; x < shown.width(); x++, from += picture.bands(), to += step) {
                    into[to] = number(resized[from], channel);
                }
            }
        }
    }

    private int band(Picture picture, int channel) {
        if (picture.bands() == 1) {
            return 0;
        }
        boolean isBgr = taken.channels() == PixelForm.Channels.BGR;
        return isBgr == picture.isBgr() ? channel : 2 - channel;
    }

    private void padAround(Window window, float[] into) {
        if (window.shown().width() == taken.width() && window.shown().height() == taken.height()) {
            return;
        }
        for (int channel = 0; channel < pad.length; channel++) {
            for (int y = 0; y < taken.height(); y++) {
                int to = taken.place(channel, y, 0);
                if (taken.pixelStep() == 1) {
                    Arrays.fill(into, to, to + taken.width(), pad[channel]);
                } else {
                    for (int x = 0; x < taken.width(); x++, to += taken.pixelStep()) {
                        into[to] = pad[channel];
                    }
                }
            }
        }
    }
}
