package dev.slipway.transforms.image;

/** Whose way of resizing and scaling holds where settings say nothing else: the one that the model was trained with. */
public enum Semantics {
    /** torchvision's transforms of Pillow pictures: antialiased bilinear, rounded to 8 bits, then divided by 255. */
    TORCHVISION(Interpolation.BILINEAR, 1 / 255.0),
    /** Keras' {@code load_img}: Pillow's nearest neighbour, numbers from 0 to 255. */
    KERAS(Interpolation.NEAREST, 1),
    /** TensorFlow's {@code tf.image.resize}: bilinear between half-pixel centres, never rounded, not antialiased. */
    TENSORFLOW(Interpolation.BILINEAR, 1);

    private final Interpolation interpolation;
    private final double scale;

    Semantics(Interpolation interpolation, double scale) {
        this.interpolation = interpolation;
        this.scale = scale;
    }

    Interpolation interpolation() {
        return interpolation;
    }

    /** What a pixel, 0 to 255, is multiplied with. */
    double scale() {
        return scale;
    }
}
