package dev.slipway.protocol.openinference.grpc;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.Tensor;
import dev.slipway.protocol.openinference.OutputForm;
import dev.slipway.protocol.openinference.Schedule;
import dev.slipway.protocol.openinference.SequenceParameters;
import dev.slipway.protocol.proto.inference.InferParameter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a ModelInferRequest says. Its collections are not to be changed.
 *
 * @param target which model; its signature is empty
 * @param id to be echoed; may be empty
 * @param parameters of the request as a whole
 * @param inputs by name, in the message's order
 * @param outputs names of the wanted outputs, without doubles; empty for all
 * @param raw whether the inputs came in {@code raw_input_contents}, so that the outputs are to go out in the like
 * @param forms what is said of outputs beside their names; empty where nothing is
 */
public record InferCall(
        Target target,
        String id,
        Map<String, InferParameter> parameters,
        Map<String, Tensor> inputs,
        List<String> outputs,
        boolean raw,
        Map<String, OutputForm> forms) {

    /** A call that says nothing of outputs but their names. */
    public InferCall(
            Target target,
            String id,
            Map<String, InferParameter> parameters,
            Map<String, Tensor> inputs,
            List<String> outputs,
            boolean raw) {
        this(target, id, parameters, inputs, outputs, raw, Map.of());
    }

    /**
     * Its place in the line.
     *
     * @throws dev.slipway.api.SlipwayException {@code INVALID_ARGUMENT} for a priority or timeout below 0
     */
    public Schedule schedule() {
        if (parameters.isEmpty()) {
            return Schedule.DEFAULT;
        }
        Schedule schedule = Schedule.DEFAULT;
        Long priority = wholeNumber(Schedule.PRIORITY);
        Long timeoutMicros = wholeNumber(Schedule.TIMEOUT);
        schedule = priority == null ? schedule : schedule.withPriority(priority);
        return timeoutMicros == null ? schedule : schedule.withTimeout(timeoutMicros);
    }

    /**
     * What it belongs to.
     *
     * @throws dev.slipway.api.SlipwayException {@code INVALID_ARGUMENT} for an id that is none
     */
    public SequenceParameters sequence() {
        if (parameters.isEmpty()) {
            return SequenceParameters.NONE;
        }
        SequenceParameters sequence = SequenceParameters.NONE
                .withStart(isTrue(SequenceParameters.START))
                .withEnd(isTrue(SequenceParameters.END));
        InferParameter id = parameters.get(SequenceParameters.ID);
        if (id == null) {
            return sequence;
        } else if (id.hasStringParam()) {
            return sequence.withText(id.getStringParam());
        } else if (id.hasUint64Param()) {
            return sequence.withNumber(id.getUint64Param());
        }
        Long number = wholeNumber(SequenceParameters.ID);
        return number == null ? sequence : sequence.withNumber(number);
    }

    /** Whether a parameter is there and true. */
    public boolean isTrue(String name) {
        InferParameter parameter = parameters.get(name);
        return parameter != null && parameter.getBoolParam();
    }

    private @Nullable Long wholeNumber(String name) {
        InferParameter parameter = parameters.get(name);
        if (parameter == null) {
            return null;
        } else if (parameter.hasInt64Param()) {
            return parameter.getInt64Param();
        } else if (parameter.hasUint64Param()) {
            // What is above 2^63 is the least urgent there is, and not a negative number.
            return parameter.getUint64Param() < 0 ? Long.MAX_VALUE : parameter.getUint64Param();
        }
        throw new SlipwayException(
                ErrorCode.INVALID_ARGUMENT,
                "parameter '%s' is no whole number (expected: int64_param)".formatted(name));
    }
}
