package dev.slipway.transforms;

import dev.slipway.api.Signature;
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

    /** As a configuration file says it, with its {@code type}: maps, lists, text, numbers and truths; read back, it is the same. */
    Map<String, Object> written();
}
