package dev.slipway.transforms.image;

import java.util.List;

/**
 * Which part of a picture a model sees, and at what size.
 *
 * @param height of what the model takes, in pixels; 0 for what its shape says
 * @param width likewise
 * @param resize what size the picture gets first
 * @param crop what is cut away
 * @param pad the colour, 0 to 255, of what the picture does not fill: one for all channels, or one each in the order that the
 *     model takes
 * @param isUpright whether pictures are turned as their camera says (EXIF)
 */
public record Framing(int height, int width, Resize resize, Crop crop, List<Integer> pad, boolean isUpright) {
    /** What no side of any picture exceeds. */
    public static final int SIDE_MAX = 1 << 16;

    /** The model's own size, all of the picture. */
    public static final Framing DEFAULT = new Framing(0, 0, Resize.EXACT, Crop.CENTER, List.of(0), true);

    /** What is cut away. */
    public enum Crop {
        /** All around the middle of the resized picture that the model does not take. */
        CENTER,
        /** Before the picture is resized, what the model's proportions leave out, all around its middle. */
        ASPECT
    }

    public Framing {
        pad = List.copyOf(pad);
        if (height < 0 || width < 0 || height > SIDE_MAX || width > SIDE_MAX || (height == 0) != (width == 0)) {
            throw new IllegalArgumentException(
                    "size: [%d, %d] (expected: both from 1 to %d, or both 0)".formatted(height, width, SIDE_MAX));
        }
        if (pad.isEmpty() || pad.stream().anyMatch(colour -> colour < 0 || colour > 255)) {
            throw new IllegalArgumentException("pad: %s (expected: one or more from 0 to 255)".formatted(pad));
        }
    }

    /** The same with another rule for the size before the crop. */
    public Framing withResize(Resize changed) {
        return new Framing(height, width, changed, crop, pad, isUpright);
    }
}
