package dev.slipway.transforms.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How pixels become a model's numbers: {@code (pixel * scale - mean) / std}, in this order of channels and axes.
 *
 * @param scale what pixels, 0 to 255, are multiplied with; NaN for what the semantics say
 * @param mean one for all channels, or one each in the order of {@code channels}
 * @param std likewise; none is 0
 * @param channels null for what the model's shape says: gray for one channel, RGB for three
 * @param layout null for what the model's shape says
 */
public record PixelForm(
        double scale,
        List<Double> mean,
        List<Double> std,
        @Nullable Channels channels,
        @Nullable Layout layout) {
    /** What the semantics and the model's shape say. */
    public static final PixelForm DEFAULT = new PixelForm(Double.NaN, List.of(0.0), List.of(1.0), null, null);

    /** Which numbers a pixel has, in which order. */
    public enum Channels {
        RGB(3),
        BGR(3),
        GRAY(1);

        private final int count;

        Channels(int count) {
            this.count = count;
        }

        int count() {
            return count;
        }
    }

    /** The order of axes: batch, channels, height, width, or channels last. */
    public enum Layout {
        NCHW,
        NHWC
    }

    public PixelForm {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.isEmpty() || !mean.stream().allMatch(Double::isFinite)) {
            throw new IllegalArgumentException("mean: %s (expected: one number, or one a channel)".formatted(mean));
        }
        if (std.isEmpty() || std.stream().anyMatch(value -> !Double.isFinite(value) || value == 0)) {
            throw new IllegalArgumentException(
                    "std: %s (expected: one number other than 0, or one a channel)".formatted(std));
        }
    }

    /** The same with other numbers. */
    public PixelForm withNumbers(double changedScale, List<Double> changedMean, List<Double> changedStd) {
        return new PixelForm(changedScale, changedMean, changedStd, channels, layout);
    }

    /** The same with other channels; null for what the model's shape says. */
    public PixelForm withChannels(@Nullable Channels changed) {
        return new PixelForm(scale, mean, std, changed, layout);
    }
}
