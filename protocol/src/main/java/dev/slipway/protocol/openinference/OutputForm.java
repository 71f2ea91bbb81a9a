package dev.slipway.protocol.openinference;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of an output beside its name, in Triton's extensions.
 *
 * @param classes how many of the highest values are wanted in place of all; 0 for all as they are
 * @param place where it is to be written in place of the answer; null for the answer
 */
public record OutputForm(int classes, @Nullable SharedPlace place) {
    /** As the model has it, in the answer. */
    public static final OutputForm PLAIN = new OutputForm(0, null);

    /** The name of the parameter for {@code classes}. */
    public static final String CLASSIFICATION = "classification";

    /** @throws SlipwayException {@code INVALID_ARGUMENT} when both are asked for, as in Triton */
    public OutputForm {
        if (classes > 0 && place != null) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "an output is wanted as classes and in shared memory (expected: one of the two)");
        }
    }

    /**
     * The number that a request asks for.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} below 0
     */
    public static int classes(String output, long asked) {
        if (asked < 0) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "output '%s' has the parameter %s %d (expected: >= 0)".formatted(output, CLASSIFICATION, asked));
        }
        return (int) Math.min(asked, Integer.MAX_VALUE);
    }
}
