package dev.slipway.server.config;

import dev.slipway.api.LoadOptions;
import dev.slipway.transforms.ChainSettings;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What can be said of a model; each key is said, and taken over, as a whole. */
public enum ModelKey {
    VERSIONS(ModelConfig::versions, (to, from) -> to.withVersions(from.versions())),
    LABELS(
            model -> model.lifecycle().labels(),
            (to, from) ->
                    to.withLifecycle(to.lifecycle().withLabels(from.lifecycle().labels()))),
    DEFAULT_LABEL(
            model -> model.traffic().defaultLabel(),
            (to, from) ->
                    to.withTraffic(to.traffic().withDefaultLabel(from.traffic().defaultLabel()))),
    REQUIRED(ModelConfig::isRequired, (to, from) -> to.withRequired(from.isRequired())),
    LOADING(
            model -> model.lifecycle().residency(),
            (to, from) -> to.withLifecycle(
                    to.lifecycle().withResidency(from.lifecycle().residency()))),
    PINNED(
            model -> model.lifecycle().isPinned(),
            (to, from) ->
                    to.withLifecycle(to.lifecycle().withPinned(from.lifecycle().isPinned()))),
    UNLOADED(
            model -> model.lifecycle().isUnloaded(),
            (to, from) -> to.withLifecycle(
                    to.lifecycle().withUnloaded(from.lifecycle().isUnloaded()))),
    VERSION_POLICY(
            model -> Policies.name(model.lifecycle().policy()),
            (to, from) ->
                    to.withLifecycle(to.lifecycle().withPolicy(from.lifecycle().policy()))),
    WARM_UP(ModelConfig::warmUp, (to, from) -> to.withWarmUp(from.warmUp())),
    BATCHING(ModelConfig::batching, (to, from) -> to.withBatching(from.batching())),
    STICKY(
            model -> model.traffic().sticky(),
            (to, from) -> to.withTraffic(to.traffic().withSticky(from.traffic().sticky()))),
    SHADOW(
            model -> model.traffic().shadow(),
            (to, from) -> to.withTraffic(to.traffic().withShadow(from.traffic().shadow()))),
    ROLLBACK(
            model -> model.traffic().rollback(),
            (to, from) ->
                    to.withTraffic(to.traffic().withRollback(from.traffic().rollback()))),
    INPUT(
            model -> model.form().chain().input(),
            (to, from) ->
                    chained(to, to.form().chain().withInput(from.form().chain().input()))),
    OUTPUT(
            model -> model.form().chain().outputs(),
            (to, from) -> chained(
                    to, to.form().chain().withOutputs(from.form().chain().outputs()))),
    CLASSES(
            model -> model.form().chain().classes(),
            (to, from) -> chained(
                    to, to.form().chain().withClasses(from.form().chain().classes()))),
    SEQUENCE(
            model -> model.form().sequence(),
            (to, from) -> to.withForm(to.form().withSequence(from.form().sequence()))),
    DETERMINISTIC(
            model -> model.form().options().isDeterministic(),
            (to, from) -> loaded(
                    to,
                    to.form().options().withDeterministic(from.form().options().isDeterministic()))),
    SIGNATURE(
            model -> model.form().options().signature(),
            (to, from) -> loaded(
                    to, to.form().options().withSignature(from.form().options().signature()))),
    PARAMETERS(
            model -> model.form().options().parameters(),
            (to, from) -> loaded(
                    to, to.form().options().withParameters(from.form().options().parameters()))),
    REQUIRE_SIGNED(
            model -> model.form().requireSigned(),
            (to, from) -> to.withForm(to.form().withRequireSigned(from.form().requireSigned()))),
    LIMITS(ModelConfig::limits, (to, from) -> to.withLimits(from.limits())),
    TRACE_SAMPLE(
            model -> model.observed().traceSample(),
            (to, from) -> to.withObservation(
                    to.observed().withTraceSample(from.observed().traceSample()))),
    PREDICTION_LOG(
            model -> model.observed().predictionLog(),
            (to, from) -> to.withObservation(
                    to.observed().withPredictionLog(from.observed().predictionLog())));

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

    /** Whether what lies beside a model has no say in it. */
    boolean isForServerOnly() {
        return this == REQUIRE_SIGNED;
    }

    /** Whether two models have the same here. */
    public boolean isSame(ModelConfig one, ModelConfig other) {
        return Objects.equals(getter.apply(one), getter.apply(other));
    }

    /** {@code to} with what {@code from} has here. */
    ModelConfig take(ModelConfig to, ModelConfig from) {
        return taker.apply(to, from).saying(to.said());
    }

    private static ModelConfig loaded(ModelConfig to, LoadOptions options) {
        return to.withForm(to.form().withOptions(options));
    }

    private static ModelConfig chained(ModelConfig to, ChainSettings chain) {
        return to.withForm(to.form().withChain(chain));
    }
}
