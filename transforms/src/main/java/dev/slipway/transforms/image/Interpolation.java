package dev.slipway.transforms.image;

/** How pixels are made of those around them. */
public enum Interpolation {
    NEAREST(0),
    BOX(0.5),
    BILINEAR(1),
    BICUBIC(2),
    LANCZOS(3);

    /** The sharpness of the cubic, as Pillow and Keras have it. */
    private static final double CUBIC = -0.5;

    private final double support;

    Interpolation(double support) {
        this.support = support;
    }

    /** Pixels on either side that count, at the picture's own size. */
    double support() {
        return support;
    }

    /** The weight of a pixel. */
    double weight(double distance) {
        double x = Math.abs(distance);
        return switch (this) {
            // Not even: of two pixels equally near, the left one counts.
            case NEAREST, BOX -> distance > -0.5 && distance <= 0.5 ? 1 : 0;
            case BILINEAR -> x < 1 ? 1 - x : 0;
            case BICUBIC ->
                x < 1 ? ((CUBIC + 2) * x - (CUBIC + 3)) * x * x + 1 : x < 2 ? (((x - 5) * x + 8) * x - 4) * CUBIC : 0;
            case LANCZOS -> distance >= -3 && distance < 3 ? sinc(distance) * sinc(distance / 3) : 0;
        };
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
    }
}
