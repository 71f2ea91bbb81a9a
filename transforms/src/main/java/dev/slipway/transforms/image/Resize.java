package dev.slipway.transforms.image;

import java.util.List;

/**
 * What size a picture gets before it is cropped or padded to what the model takes.
 *
 * @param height in pixels; the shorter side of {@link Kind#SHORTEST}, where 0 stands for 8/7 of the model's shorter side, as in
 *     torchvision's recipes (256 for 224, 342 for 299); 0 for the other kinds but {@link Kind#TO}
 * @param width in pixels; 0 but for {@link Kind#TO}
 */
public record Resize(Kind kind, int height, int width) {
    /** What the model takes, whatever that does to the picture's proportions. */
    public static final Resize EXACT = new Resize(Kind.EXACT, 0, 0);

    /** As torchvision's recipes do it. */
    public static final Resize SHORTEST = new Resize(Kind.SHORTEST, 0, 0);

    /** The whole picture inside what the model takes, its proportions kept, the rest padded. */
    public static final Resize FIT = new Resize(Kind.FIT, 0, 0);

    /** The picture as it is. */
    public static final Resize NONE = new Resize(Kind.NONE, 0, 0);

    /** The kinds of rules. */
    public enum Kind {
        EXACT,
        SHORTEST,
        FIT,
        TO,
        NONE
    }

    public Resize {
        if (height < 0 || width < 0 || height > Framing.SIDE_MAX || width > Framing.SIDE_MAX) {
            throw new IllegalArgumentException(
                    "resize: [%d, %d] (expected: up to %d)".formatted(height, width, Framing.SIDE_MAX));
        }
    }

    /** With the shorter side as long as is said. */
    public static Resize shortest(int side) {
        return new Resize(Kind.SHORTEST, side, 0);
    }

    /** To a size that is said. */
    public static Resize to(int height, int width) {
        return new Resize(Kind.TO, height, width);
    }

    /** As a configuration file says it. */
    Object written() {
        return switch (kind) {
            case EXACT -> "exact";
            case SHORTEST -> height == 0 ? "shortest" : "shortest " + height;
            case FIT -> "fit";
            case TO -> List.of(height, width);
            case NONE -> "none";
        };
    }

    /**
     * The height and width that a picture gets.
     *
     * @param taken the height and width that the model takes
     */
    int[] sizeOf(int pictureHeight, int pictureWidth, int[] taken) {
        return switch (kind) {
            case EXACT -> taken.clone();
            case TO -> new int[] {height, width};
            case NONE -> new int[] {pictureHeight, pictureWidth};
            case SHORTEST -> {
                int side = height > 0 ? height : (int) (Math.min(taken[0], taken[1]) * 8L / 7);
                // The longer side is cut to a whole number, not rounded: torchvision does so.
                yield pictureWidth <= pictureHeight
                        ? new int[] {longer(side, pictureHeight, pictureWidth), side}
                        : new int[] {side, longer(side, pictureWidth, pictureHeight)};
            }
            case FIT -> {
                double ratio = Math.min((double) taken[0] / pictureHeight, (double) taken[1] / pictureWidth);
                yield new int[] {
                    (int) Math.max(1, Math.min(taken[0], Math.round(pictureHeight * ratio))),
                    (int) Math.max(1, Math.min(taken[1], Math.round(pictureWidth * ratio)))
                };
            }
        };
    }

    private static int longer(int side, int longer, int shorter) {
        return (int) Math.min(Integer.MAX_VALUE, (long) side * longer / shorter);
    }
}
