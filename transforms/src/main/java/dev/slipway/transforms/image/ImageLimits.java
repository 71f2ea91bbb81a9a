package dev.slipway.transforms.image;

import java.time.Duration;

/**
 * What one picture may cost.
 *
 * @param pixelsMax width times height, as the file's head says it: nothing is allocated for more
 * @param bytesMax of the file, once it is no longer base64
 * @param timeMax for decoding and resizing
 */
public record ImageLimits(long pixelsMax, long bytesMax, Duration timeMax) {
    /** 50 million pixels, as the largest of usual cameras make them, in 20 MiB and 10 seconds. */
    public static final ImageLimits DEFAULT = new ImageLimits(50_000_000, 20 << 20, Duration.ofSeconds(10));

    /** Arrays hold no more bytes, of three channels. */
    private static final long PIXELS_MOST = Integer.MAX_VALUE / 4;

    public ImageLimits {
        if (pixelsMax < 1 || pixelsMax > PIXELS_MOST) {
            throw new IllegalArgumentException(
                    "pixelsMax: %d (expected: from 1 to %d)".formatted(pixelsMax, PIXELS_MOST));
        }
        if (bytesMax < 1 || bytesMax > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "bytesMax: %d (expected: from 1 to %d)".formatted(bytesMax, Integer.MAX_VALUE));
        }
        if (timeMax.isNegative() || timeMax.isZero()) {
            throw new IllegalArgumentException("timeMax: %s (expected: above 0)".formatted(timeMax));
        }
    }
}
