package dev.slipway.transforms.image;

import java.io.IOException;

/** Says of one picture what is wrong with it. */
final class PictureException extends IOException {
    PictureException(String message) {
        super(message);
    }
}
