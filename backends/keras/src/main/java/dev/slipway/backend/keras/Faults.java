package dev.slipway.backend.keras;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import org.jspecify.annotations.Nullable;

/** The errors of this backend. */
@SuppressWarnings("AnnotateFormatMethod") // The annotation is Error Prone's, and no dependency here.
final class Faults {
    private Faults() {}

    /** Of files that are broken, or contradict themselves. */
    static SlipwayException invalid(String message, @Nullable Object... values) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message.formatted(values));
    }

    /** Of what Keras has and this backend lacks. */
    static SlipwayException unimplemented(String message, @Nullable Object... values) {
        return new SlipwayException(ErrorCode.UNIMPLEMENTED, message.formatted(values));
    }
}
