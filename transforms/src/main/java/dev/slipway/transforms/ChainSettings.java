package dev.slipway.transforms;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How people call a model. Paths are as they were written: relative ones lie beside the model's files, in a version's folder
 * or in the one above.
 *
 * @param input what clients send; null for the model's own inputs
 * @param outputs what clients get, in this order; empty for the model's own outputs
 * @param classes a file that says, a line each, what the places of the model's last axis stand for; null for none
 */
public record ChainSettings(
        @Nullable InputSettings input,
        List<OutputSettings> outputs,
        @Nullable Path classes) {
    /** The model as it is. */
    public static final ChainSettings NONE = new ChainSettings(null, List.of(), null);

    public ChainSettings {
        outputs = List.copyOf(outputs);
    }

    /** Whether there is nothing to be turned. */
    public boolean isNone() {
        return equals(NONE);
    }

    /** The same with another input. */
    public ChainSettings withInput(@Nullable InputSettings changed) {
        return new ChainSettings(changed, outputs, classes);
    }

    /** The same with other outputs. */
    public ChainSettings withOutputs(List<OutputSettings> changed) {
        return new ChainSettings(input, changed, classes);
    }

    /** The same with another file of classes. */
    public ChainSettings withClasses(@Nullable Path changed) {
        return new ChainSettings(input, outputs, changed);
    }
}
