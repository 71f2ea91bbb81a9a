package dev.slipway.server.config;

import dev.slipway.core.sequence.SequenceSettings;
import dev.slipway.core.sequence.SequenceSettings.Control;
import dev.slipway.core.sequence.SequenceSettings.ControlInput;
import dev.slipway.core.sequence.SequenceSettings.State;
import dev.slipway.protocol.proto.inference.ModelConfig;
import dev.slipway.protocol.proto.inference.ModelSequenceBatching;
import dev.slipway.protocol.text.ParsedText;
import dev.slipway.protocol.text.TritonText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Triton's {@code config.pbtxt} says of sequences. Its two strategies come to the same here. */
final class TritonSequences {
    static final String CONFIG_NAME = "config.pbtxt";
    private static final String SEQUENCE = "sequence_batching";

    /** Triton's, where the file says nothing. */
    private static final Duration IDLE_MAX = Duration.ofSeconds(1);

    private final ParsedText<ModelConfig> file;
    private final ModelSequenceBatching asked;

    private TritonSequences(ParsedText<ModelConfig> file) {
        this.file = file;
        this.asked = file.message().getSequenceBatching();
    }

    /**
     * @param subject what errors call the file
     * @return null when the model's requests stand for themselves
     * @throws dev.slipway.api.SlipwayException {@code INVALID_ARGUMENT} with the line
     */
    static @Nullable SequenceSettings parse(String subject, String text) {
        ParsedText<ModelConfig> file = TritonText.parse(subject, text);
        return file.message().hasSequenceBatching() ? new TritonSequences(file).settings() : null;
    }

    private SequenceSettings settings() {
        Duration idle = asked.getMaxSequenceIdleMicroseconds() == 0
                ? IDLE_MAX
                : Waits.ofMicros(asked.getMaxSequenceIdleMicroseconds());
        Map<String, ControlInput> controls = new HashMap<>();
        for (ModelSequenceBatching.ControlInput input : asked.getControlInputList()) {
            if (input.getName().isEmpty() || input.getControlCount() != 1) {
                throw file.wrong(
                        "control_input '%s' has %d controls (expected: a name, and one)"
                                .formatted(input.getName(), input.getControlCount()),
                        SEQUENCE,
                        "control_input");
            }
            controls.put(input.getName(), control(input.getName(), input.getControl(0)));
        }
        List<State> states = new ArrayList<>();
        asked.getStateList().forEach(state -> states.add(state(state)));
        return new SequenceSettings(idle, SequenceSettings.SEQUENCES_MAX, controls, states);
    }

    private ControlInput control(String name, ModelSequenceBatching.Control asked) {
        Control control = switch (asked.getKind()) {
            case CONTROL_SEQUENCE_START -> Control.START;
            case CONTROL_SEQUENCE_END -> Control.END;
            case CONTROL_SEQUENCE_READY -> Control.READY;
            default -> Control.CORRELATION_ID;
        };
        if (control == Control.CORRELATION_ID) {
            return new ControlInput(control);
        }
        List<Double> values = new ArrayList<>();
        asked.getInt32FalseTrueList().forEach(value -> values.add(value.doubleValue()));
        asked.getFp32FalseTrueList().forEach(value -> values.add(value.doubleValue()));
        asked.getBoolFalseTrueList().forEach(value -> values.add(value ? 1.0 : 0.0));
        if (values.size() != 2) {
            throw file.wrong(
                    "control_input '%s' has %d values (expected: one of int32_false_true, fp32_false_true and"
                                    .formatted(name, values.size())
                            + " bool_false_true, with two)",
                    SEQUENCE,
                    "control_input");
        }
        return new ControlInput(control, values.get(0), values.get(1));
    }

    private State state(ModelSequenceBatching.State asked) {
        if (asked.getInitialStateCount() > 1
                || (asked.getInitialStateCount() == 1
                        && !asked.getInitialState(0).getZeroData())) {
            throw file.wrong(
                    "state '%s' begins with something else than zero_data (expected: that, or nothing)"
                            .formatted(asked.getInputName()),
                    SEQUENCE,
                    "state");
        }
        List<Long> said =
                asked.getInitialStateCount() == 1 ? asked.getInitialState(0).getDimsList() : asked.getDimsList();
        List<Long> dims = new ArrayList<>();
        if (!said.isEmpty() && file.message().getMaxBatchSize() > 0) {
            dims.add(-1L);
        }
        // What stays open begins with nothing but one item.
        said.forEach(dim -> dims.add(dim < 0 ? 1 : dim));
        return new State(asked.getInputName(), asked.getOutputName(), dims);
    }
}
