package dev.slipway.protocol.openinference.grpc;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.openinference.OutputForm;
import dev.slipway.protocol.openinference.SharedPlace;
import dev.slipway.protocol.proto.inference.InferParameter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the parameters of a tensor say; those that nothing is known of count for nothing. */
final class TensorParameters {
    private TensorParameters() {}

    /**
     * Where in shared memory a tensor lies; null when it does not.
     *
     * @param use {@code input} or {@code output}
     * @throws SlipwayException {@code INVALID_ARGUMENT} when only a part of it is told
     */
    static @Nullable SharedPlace place(String use, String name, Map<String, InferParameter> parameters) {
        InferParameter region = parameters.get(SharedPlace.REGION);
        if (region != null && !region.hasStringParam()) {
            throw wrong(SharedPlace.REGION, "string_param");
        }
        return SharedPlace.of(
                use,
                name,
                region == null ? null : region.getStringParam(),
                number(SharedPlace.OFFSET, parameters),
                number(SharedPlace.BYTE_SIZE, parameters));
    }

    /**
     * The form that is wanted of an output.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it contradicts itself
     */
    static OutputForm form(String name, Map<String, InferParameter> parameters) {
        Long classes = number(OutputForm.CLASSIFICATION, parameters);
        SharedPlace place = place("output", name, parameters);
        return classes == null && place == null
                ? OutputForm.PLAIN
                : new OutputForm(classes == null ? 0 : OutputForm.classes(name, classes), place);
    }

    private static @Nullable Long number(String key, Map<String, InferParameter> parameters) {
        InferParameter parameter = parameters.get(key);
        if (parameter == null) {
            return null;
        } else if (parameter.hasInt64Param()) {
            return parameter.getInt64Param();
        } else if (parameter.hasUint64Param()) {
            // Too large a number is no negative one.
            return parameter.getUint64Param() < 0 ? Long.MAX_VALUE : parameter.getUint64Param();
        }
        throw wrong(key, "int64_param");
    }

    private static SlipwayException wrong(String key, String expected) {
        return new SlipwayException(
                ErrorCode.INVALID_ARGUMENT,
                "parameter '%s' of a tensor is of the wrong type (expected: %s)".formatted(key, expected));
    }
}
