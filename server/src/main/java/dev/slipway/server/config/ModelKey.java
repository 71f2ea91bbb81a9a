package dev.slipway.server.config;

import dev.slipway.core.ModelSettings;
import dev.slipway.core.source.VersionSelection;
import dev.slipway.core.traffic.TrafficSettings;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What can be said of a model; each key is said, and taken over, as a whole. */
public enum ModelKey {
    VERSIONS(ModelConfig::versions, (to, from) -> with(to, from.versions())),
    LABELS(
            model -> model.lifecycle().labels(),
            (to, from) -> with(to, to.lifecycle().withLabels(from.lifecycle().labels()))),
    DEFAULT_LABEL(
            model -> model.traffic().defaultLabel(),
            (to, from) -> with(to, to.traffic().withDefaultLabel(from.traffic().defaultLabel()))),
    REQUIRED(
            ModelConfig::isRequired,
            (to, from) -> new ModelConfig(
                    to.location(),
                    to.versions(),
                    from.isRequired(),
                    to.lifecycle(),
                    to.traffic(),
                    to.warmUp(),
                    to.batching(),
                    to.form(),
                    to.said())),
    LOADING(
            model -> model.lifecycle().residency(),
            (to, from) -> with(to, to.lifecycle().withResidency(from.lifecycle().residency()))),
    PINNED(
            model -> model.lifecycle().isPinned(),
            (to, from) -> with(to, to.lifecycle().withPinned(from.lifecycle().isPinned()))),
    UNLOADED(
            model -> model.lifecycle().isUnloaded(),
            (to, from) -> with(to, to.lifecycle().withUnloaded(from.lifecycle().isUnloaded()))),
    VERSION_POLICY(
            model -> Policies.name(model.lifecycle().policy()),
            (to, from) -> with(to, to.lifecycle().withPolicy(from.lifecycle().policy()))),
    WARM_UP(
            ModelConfig::warmUp,
            (to, from) -> new ModelConfig(
                    to.location(),
                    to.versions(),
                    to.isRequired(),
                    to.lifecycle(),
                    to.traffic(),
                    from.warmUp(),
                    to.batching(),
                    to.form(),
                    to.said())),
    BATCHING(
            ModelConfig::batching,
            (to, from) -> new ModelConfig(
                    to.location(),
                    to.versions(),
                    to.isRequired(),
                    to.lifecycle(),
                    to.traffic(),
                    to.warmUp(),
                    from.batching(),
                    to.form(),
                    to.said())),
    STICKY(
            model -> model.traffic().sticky(),
            (to, from) -> with(to, to.traffic().withSticky(from.traffic().sticky()))),
    SHADOW(
            model -> model.traffic().shadow(),
            (to, from) -> with(to, to.traffic().withShadow(from.traffic().shadow()))),
    ROLLBACK(
            model -> model.traffic().rollback(),
            (to, from) -> with(to, to.traffic().withRollback(from.traffic().rollback()))),
    INPUT(
            model -> model.form().chain().input(),
            (to, from) -> with(
                    to,
                    to.form()
                            .withChain(to.form()
                                    .chain()
                                    .withInput(from.form().chain().input())))),
    OUTPUT(
            model -> model.form().chain().outputs(),
            (to, from) -> with(
                    to,
                    to.form()
                            .withChain(to.form()
                                    .chain()
                                    .withOutputs(from.form().chain().outputs())))),
    CLASSES(
            model -> model.form().chain().classes(),
            (to, from) -> with(
                    to,
                    to.form()
                            .withChain(to.form()
                                    .chain()
                                    .withClasses(from.form().chain().classes())))),
    SEQUENCE(
            model -> model.form().sequence(),
            (to, from) -> with(to, to.form().withSequence(from.form().sequence())));

    @SuppressWarnings("ImmutableEnumChecker") // It keeps nothing.
    private final Function<ModelConfig, @Nullable Object> getter;

    @SuppressWarnings("ImmutableEnumChecker") // It keeps nothing.
    private final BinaryOperator<ModelConfig> taker;

    ModelKey(Function<ModelConfig, @Nullable Object> getter, BinaryOperator<ModelConfig> taker) {
        this.getter = getter;
        this.taker = taker;
    }

    /** As it is written in files: {@code default_label}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether two models have the same here. */
    public boolean isSame(ModelConfig one, ModelConfig other) {
        return Objects.equals(getter.apply(one), getter.apply(other));
    }

    /** {@code to} with what {@code from} has here. */
    ModelConfig take(ModelConfig to, ModelConfig from) {
        return taker.apply(to, from);
    }

    private static ModelConfig with(ModelConfig to, VersionSelection versions) {
        return new ModelConfig(
                to.location(),
                versions,
                to.isRequired(),
                to.lifecycle(),
                to.traffic(),
                to.warmUp(),
                to.batching(),
                to.form(),
                to.said());
    }

    private static ModelConfig with(ModelConfig to, ModelSettings lifecycle) {
        return new ModelConfig(
                to.location(),
                to.versions(),
                to.isRequired(),
                lifecycle,
                to.traffic(),
                to.warmUp(),
                to.batching(),
                to.form(),
                to.said());
    }

    private static ModelConfig with(ModelConfig to, TrafficSettings traffic) {
        return new ModelConfig(
                to.location(),
                to.versions(),
                to.isRequired(),
                to.lifecycle(),
                traffic,
                to.warmUp(),
                to.batching(),
                to.form(),
                to.said());
    }

    private static ModelConfig with(ModelConfig to, ModelForm form) {
        return new ModelConfig(
                to.location(),
                to.versions(),
                to.isRequired(),
                to.lifecycle(),
                to.traffic(),
                to.warmUp(),
                to.batching(),
                form,
                to.said());
    }
}
