package dev.slipway.server.config;

import dev.slipway.core.ModelSettings;
import dev.slipway.core.batching.BatchingParameters;
import dev.slipway.core.source.VersionSelection;
import dev.slipway.core.traffic.TrafficSettings;
import org.jspecify.annotations.Nullable;

/**
 * What is said of one model.
 *
 * @param location its folder or file, absolute, or an {@code http:}, {@code https:} or {@code s3:} URL; empty for a model that is
 *     found in the repository
 * @param versions which of its versions
 * @param isRequired whether the server is ready only while this model is available
 * @param lifecycle labels, residency, policy
 * @param traffic how requests are divided among its versions
 * @param warmUp what runs before it is available
 * @param batching which of its requests run together; null for what the server does by default
 */
public record ModelConfig(
        String location,
        VersionSelection versions,
        boolean isRequired,
        ModelSettings lifecycle,
        TrafficSettings traffic,
        WarmUpConfig warmUp,
        @Nullable BatchingParameters batching) {
    /** The newest version of a model in the repository, preloaded. */
    public static final ModelConfig DEFAULT = new ModelConfig(
            "",
            VersionSelection.NEWEST,
            false,
            ModelSettings.DEFAULT,
            TrafficSettings.DEFAULT,
            WarmUpConfig.DEFAULT,
            null);

    /** The newest version of a model elsewhere. */
    public static ModelConfig at(String location) {
        return new ModelConfig(
                location,
                DEFAULT.versions,
                DEFAULT.isRequired,
                DEFAULT.lifecycle,
                DEFAULT.traffic,
                DEFAULT.warmUp,
                DEFAULT.batching);
    }

    /** The same with another lifecycle. */
    public ModelConfig withLifecycle(ModelSettings changed) {
        return new ModelConfig(location, versions, isRequired, changed, traffic, warmUp, batching);
    }

    /** The same with other versions. */
    public ModelConfig withVersions(VersionSelection changed) {
        return new ModelConfig(location, changed, isRequired, lifecycle, traffic, warmUp, batching);
    }
}
