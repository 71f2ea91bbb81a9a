package dev.slipway.server.config;

import dev.slipway.core.sequence.SequenceSettings;
import dev.slipway.transforms.ChainSettings;
import org.jspecify.annotations.Nullable;

/**
 * The form in which clients meet a model.
 *
 * @param chain what stands before and after the model
 * @param sequence how its requests belong together; null when each stands for itself
 */
public record ModelForm(ChainSettings chain, @Nullable SequenceSettings sequence) {
    /** The model as it is. */
    public static final ModelForm PLAIN = new ModelForm(ChainSettings.NONE, null);

    /** The same with something else before and after the model. */
    public ModelForm withChain(ChainSettings changed) {
        return new ModelForm(changed, sequence);
    }

    /** The same with other sequences. */
    public ModelForm withSequence(@Nullable SequenceSettings changed) {
        return new ModelForm(chain, changed);
    }
}
