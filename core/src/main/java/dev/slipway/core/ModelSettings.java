package dev.slipway.core;

import dev.slipway.api.Split;
import dev.slipway.api.VersionPolicy;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is wished of a model beside its versions. Replaced whole, at any time.
 *
 * @param labels the versions that each label is to name; a label moves once they are available, and stays where it was
 *     until then
 * @param residency when its versions are loaded
 * @param isPinned whether its versions stay loaded when memory is short; of use with {@link Residency#ON_DEMAND}, since
 *     preloaded ones always stay
 * @param isUnloaded whether somebody had it unloaded by hand: nothing of it is loaded, whatever its source wants
 * @param policy the order in which its versions come and go; null for the manager's own
 */
public record ModelSettings(
        Map<String, Split> labels,
        Residency residency,
        boolean isPinned,
        boolean isUnloaded,
        @Nullable VersionPolicy policy) {
    /** Preloaded, without labels. */
    public static final ModelSettings DEFAULT = new ModelSettings(Map.of(), Residency.PRELOADED, false, false, null);

    public ModelSettings {
        labels = Map.copyOf(labels);
    }

    /** When versions are loaded. */
    public enum Residency {
        /** As soon as they are wanted. */
        PRELOADED,
        /**
         * When a request asks for one; unloaded, the least recently used first, when another needs the memory. Until then
         * {@link dev.slipway.api.VersionState#DORMANT}.
         */
        ON_DEMAND
    }

    /** The same with other labels. */
    public ModelSettings withLabels(Map<String, Split> changed) {
        return new ModelSettings(changed, residency, isPinned, isUnloaded, policy);
    }

    /** The same, loaded at another time. */
    public ModelSettings withResidency(Residency changed) {
        return new ModelSettings(labels, changed, isPinned, isUnloaded, policy);
    }

    /** The same, pinned or not. */
    public ModelSettings withPinned(boolean changed) {
        return new ModelSettings(labels, residency, changed, isUnloaded, policy);
    }

    /** The same, unloaded by hand or not. */
    public ModelSettings withUnloaded(boolean changed) {
        return new ModelSettings(labels, residency, isPinned, changed, policy);
    }

    /** The same with another order in which versions come and go. */
    public ModelSettings withPolicy(@Nullable VersionPolicy changed) {
        return new ModelSettings(labels, residency, isPinned, isUnloaded, changed);
    }
}
