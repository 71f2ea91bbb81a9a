package dev.slipway.transforms;

import dev.slipway.api.Signature;
import dev.slipway.api.TensorSpec;
import java.util.List;
import java.util.Map;

/** What clients send in place of a model's own inputs. Values alone: {@link #open} reads files. */
public interface InputSettings {
    /**
     * Makes the step.
     *
     * @param files finds what the settings name
     * @param model what the model itself takes
     * @throws dev.slipway.api.SlipwayException {@code FAILED_PRECONDITION} when the settings do not fit the model, or a
     *     file that they name is missing, saying which
     */
    InputStep open(ChainFiles files, Signature model);

    /**
     * What clients would send to a model that is not loaded yet. No native code runs in this process for it.
     *
     * @throws dev.slipway.api.SlipwayException as {@link #open}
     */
    default List<TensorSpec> fit(ChainFiles files, Signature model) {
        try (InputStep step = open(files, model)) {
            return step.inputs();
        }
    }

    /** As a configuration file says it, with its {@code type}: maps, lists, text, numbers and truths; read back, it is the same. */
    Map<String, Object> written();
}
