package dev.slipway.backend.keras;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;

/**
 * A tensor of a model file, of which only the header was read.
 *
 * @param path within the file
 * @param dims sizes
 * @param dtype of its numbers in the file
 * @param file where it lies; open
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Weight(String path, long[] dims, DType dtype, Hdf file) {
    Weight {
        if (dtype == DType.STRING) {
            throw Faults.invalid("weight '%s' has no numbers (expected: numbers)", path);
        }
    }

    Shape shape() {
        return Shape.of(dims);
    }

    /** The last name of the path, without Keras's {@code :0}: {@code kernel}. */
    String role() {
        String last = path.substring(path.lastIndexOf('/') + 1);
        int colon = last.indexOf(':');
        return colon < 0 ? last : last.substring(0, colon);
    }

    /** Its numbers, row-major. */
    float[] read() {
        return file.floats(this);
    }
}
