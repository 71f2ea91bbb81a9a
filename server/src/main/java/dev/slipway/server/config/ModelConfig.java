package dev.slipway.server.config;

import dev.slipway.core.ModelSettings;
import dev.slipway.core.batching.BatchingParameters;
import dev.slipway.core.source.VersionSelection;
import dev.slipway.core.traffic.TrafficSettings;
import dev.slipway.server.limits.Limits;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
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
 * @param form in which clients meet it
 * @param limits how much of it all who ask may have together
 * @param observed how closely its requests are looked at
 * @param said the keys, as {@link ModelKey} names them, that were said of just this model; the others hold what is so by
 *     default, and what the model's own {@code slipway.yaml} says goes before them
 */
public record ModelConfig(
        String location,
        VersionSelection versions,
        boolean isRequired,
        ModelSettings lifecycle,
        TrafficSettings traffic,
        WarmUpConfig warmUp,
        @Nullable BatchingParameters batching,
        ModelForm form,
        Limits limits,
        Observation observed,
        Set<ModelKey> said) {
    /** The newest version of a model in the repository, preloaded. */
    public static final ModelConfig DEFAULT = new ModelConfig(
            "",
            VersionSelection.NEWEST,
            false,
            ModelSettings.DEFAULT,
            TrafficSettings.DEFAULT,
            WarmUpConfig.DEFAULT,
            null,
            ModelForm.PLAIN,
            Limits.NONE,
            Observation.DEFAULT,
            Set.of());

    public ModelConfig {
        said = Collections.unmodifiableSet(new TreeSet<>(said));
    }

    /** Of which every key counts that is not as in {@link #DEFAULT}. */
    public ModelConfig(
            String location,
            VersionSelection versions,
            boolean isRequired,
            ModelSettings lifecycle,
            TrafficSettings traffic,
            WarmUpConfig warmUp,
            @Nullable BatchingParameters batching) {
        this(
                location,
                versions,
                isRequired,
                lifecycle,
                traffic,
                warmUp,
                batching,
                ModelForm.PLAIN,
                Limits.NONE,
                Observation.DEFAULT,
                Set.of());
    }

    /** The newest version of a model elsewhere. */
    public static ModelConfig at(String location) {
        return DEFAULT.withLocation(location);
    }

    /** The same elsewhere. */
    public ModelConfig withLocation(String changed) {
        return new ModelConfig(
                changed, versions, isRequired, lifecycle, traffic, warmUp, batching, form, limits, observed, said);
    }

    /** The same with another lifecycle. What of it is new counts as said of this model. */
    public ModelConfig withLifecycle(ModelSettings changed) {
        return new ModelConfig(
                        location,
                        versions,
                        isRequired,
                        changed,
                        traffic,
                        warmUp,
                        batching,
                        form,
                        limits,
                        observed,
                        said)
                .sayingWhatDiffers(this);
    }

    /** The same, unloaded by hand, or, if it was, as if it had never been. */
    public ModelConfig withUnloaded(boolean isUnloaded) {
        ModelConfig changed = withLifecycle(lifecycle.withUnloaded(isUnloaded));
        Set<ModelKey> keys = new TreeSet<>(changed.said);
        if (!isUnloaded) {
            keys.remove(ModelKey.UNLOADED);
        }
        return changed.saying(keys);
    }

    /** The same with other versions, said of this model. */
    public ModelConfig withVersions(VersionSelection changed) {
        return new ModelConfig(
                        location,
                        changed,
                        isRequired,
                        lifecycle,
                        traffic,
                        warmUp,
                        batching,
                        form,
                        limits,
                        observed,
                        said)
                .sayingWhatDiffers(this);
    }

    /** The same with other traffic. What of it is new counts as said of this model. */
    public ModelConfig withTraffic(TrafficSettings changed) {
        return new ModelConfig(
                        location,
                        versions,
                        isRequired,
                        lifecycle,
                        changed,
                        warmUp,
                        batching,
                        form,
                        limits,
                        observed,
                        said)
                .sayingWhatDiffers(this);
    }

    /** The same, required or not, said of this model. */
    ModelConfig withRequired(boolean changed) {
        return new ModelConfig(
                        location, versions, changed, lifecycle, traffic, warmUp, batching, form, limits, observed, said)
                .sayingWhatDiffers(this);
    }

    /** The same with another warm-up, said of this model. */
    ModelConfig withWarmUp(WarmUpConfig changed) {
        return new ModelConfig(
                        location,
                        versions,
                        isRequired,
                        lifecycle,
                        traffic,
                        changed,
                        batching,
                        form,
                        limits,
                        observed,
                        said)
                .sayingWhatDiffers(this);
    }

    /** The same with other batching, said of this model. */
    public ModelConfig withBatching(@Nullable BatchingParameters changed) {
        return new ModelConfig(
                        location,
                        versions,
                        isRequired,
                        lifecycle,
                        traffic,
                        warmUp,
                        changed,
                        form,
                        limits,
                        observed,
                        said)
                .sayingWhatDiffers(this);
    }

    /** The same in another form. What of it is new counts as said of this model. */
    public ModelConfig withForm(ModelForm changed) {
        return new ModelConfig(
                        location,
                        versions,
                        isRequired,
                        lifecycle,
                        traffic,
                        warmUp,
                        batching,
                        changed,
                        limits,
                        observed,
                        said)
                .sayingWhatDiffers(this);
    }

    /** The same with other limits, said of this model. */
    ModelConfig withLimits(Limits changed) {
        return new ModelConfig(
                        location,
                        versions,
                        isRequired,
                        lifecycle,
                        traffic,
                        warmUp,
                        batching,
                        form,
                        changed,
                        observed,
                        said)
                .sayingWhatDiffers(this);
    }

    /** The same, looked at otherwise. What of it is new counts as said of this model. */
    public ModelConfig withObservation(Observation changed) {
        return new ModelConfig(
                        location,
                        versions,
                        isRequired,
                        lifecycle,
                        traffic,
                        warmUp,
                        batching,
                        form,
                        limits,
                        changed,
                        said)
                .sayingWhatDiffers(this);
    }

    /** The same, of which {@code keys} were said. */
    ModelConfig saying(Set<ModelKey> keys) {
        return new ModelConfig(
                location, versions, isRequired, lifecycle, traffic, warmUp, batching, form, limits, observed, keys);
    }

    /** The same, of which was also said what is not as in {@code other}. */
    ModelConfig sayingWhatDiffers(ModelConfig other) {
        Set<ModelKey> keys = new TreeSet<>(said);
        for (ModelKey key : ModelKey.values()) {
            if (!key.isSame(this, other)) {
                keys.add(key);
            }
        }
        return saying(keys);
    }

    /**
     * What holds for a model of which this is said: this where it was said, else what the file beside the model says,
     * else this. The location is this one's.
     *
     * @param own what the file beside the model says
     */
    public ModelConfig over(ModelConfig own) {
        ModelConfig result = this;
        for (ModelKey key : own.said) {
            if (!said.contains(key) && !key.isForServerOnly()) {
                result = key.take(result, own);
            }
        }
        return result;
    }
}
