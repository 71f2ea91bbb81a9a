package dev.slipway.server.management;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.core.source.VersionSelection;
import dev.slipway.server.config.ModelConfig;
import dev.slipway.server.config.ModelKey;
import dev.slipway.server.config.ServingConfig;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** What single requests make of a configuration. Pure functions: they take the whole and give the whole. */
public final class ConfigEdits {
    private ConfigEdits() {}

    /** With {@code model} said to be {@code entry}. */
    public static UnaryOperator<ServingConfig> put(String model, ModelConfig entry) {
        return config -> withModel(config, model, entry);
    }

    /**
     * {@code entry}, signed as the configuration asks for: who says what is to be served may ask for more, and not for less. A
     * model that has no entry yet is as the server was told.
     *
     * @param before what is said of {@code model} now
     * @throws SlipwayException {@code INVALID_ARGUMENT} when the entry itself asks for less
     */
    public static ModelConfig signedAsBefore(String model, ModelConfig before, ModelConfig entry) {
        Boolean was = before.form().requireSigned();
        Boolean wanted = entry.form().requireSigned();
        if (!entry.said().contains(ModelKey.REQUIRE_SIGNED)) {
            return entry.withForm(entry.form().withRequireSigned(was));
        }
        if (!Boolean.TRUE.equals(wanted) && !Objects.equals(was, wanted)) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "model '%s': require_signed: %s (expected: true, or not said: what needs no signature is said in the configuration as a whole)"
                            .formatted(model, wanted == null ? "default" : wanted));
        }
        return entry;
    }

    /** Without what is said of {@code model}; but that it has to be signed stays, where the repository may hold it. */
    public static UnaryOperator<ServingConfig> delete(String model) {
        return config -> {
            ModelConfig entry = config.models().get(model);
            if (entry == null) {
                throw new SlipwayException(
                        ErrorCode.NOT_FOUND,
                        "model '%s' is not named in the configuration (expected: %s)%s"
                                .formatted(
                                        model,
                                        names(config.models().keySet()),
                                        config.repository().isEmpty()
                                                ? ""
                                                : "; one that lies in the repository can be unloaded"));
            }
            Map<String, ModelConfig> models = new TreeMap<>(config.models());
            models.remove(model);
            ModelConfig others = config.defaults();
            boolean isToBeSigned = Boolean.TRUE.equals(entry.form().requireSigned());
            if (isToBeSigned && entry.location().isEmpty()) {
                models.put(model, others.withForm(others.form().withRequireSigned(true)));
            }
            return config.withModels(models);
        };
    }

    /** With {@code model} unloaded by hand, or no longer so. */
    public static UnaryOperator<ServingConfig> unloaded(String model, boolean isUnloaded) {
        return config -> withModel(config, model, config.of(model).withUnloaded(isUnloaded));
    }

    /**
     * Without one version of a model: of those that are named one by one it is taken out, and with the last the model is
     * unloaded.
     *
     * @throws SlipwayException {@code FAILED_PRECONDITION} when its versions are not named one by one
     */
    static UnaryOperator<ServingConfig> unloadedVersion(String model, long version) {
        return config -> {
            ModelConfig entry = config.of(model);
            if (!(entry.versions() instanceof VersionSelection.Specific specific)) {
                throw new SlipwayException(
                        ErrorCode.FAILED_PRECONDITION,
                        "model '%s' wants %s: version %d can't be unloaded by itself (expected: versions that are named one by one)"
                                .formatted(model, words(entry.versions()), version));
            }
            if (!specific.versions().contains(version)) {
                throw new SlipwayException(
                        ErrorCode.NOT_FOUND,
                        "version %d of model '%s' is not wanted (expected: %s)"
                                .formatted(version, model, names(specific.versions())));
            }
            if (specific.versions().size() == 1) {
                return unloaded(model, true).apply(config);
            }
            Set<Long> rest = new HashSet<>(specific.versions());
            rest.remove(version);
            return withModel(config, model, entry.withVersions(new VersionSelection.Specific(rest)));
        };
    }

    /** With a label of {@code model} that is to name {@code split}. */
    public static UnaryOperator<ServingConfig> label(String model, String label, Split split) {
        return config -> {
            Map<String, Split> labels =
                    new TreeMap<>(config.of(model).lifecycle().labels());
            labels.put(label, split);
            return withLabels(config, model, labels);
        };
    }

    /** With requests of {@code model} that name no version going where {@code label} says. */
    public static UnaryOperator<ServingConfig> defaultLabel(String model, String label) {
        return config -> {
            ModelConfig entry = config.of(model);
            return withModel(config, model, entry.withTraffic(entry.traffic().withDefaultLabel(label)));
        };
    }

    /** Without a label of {@code model}. */
    public static UnaryOperator<ServingConfig> withoutLabel(String model, String label) {
        return config -> {
            Map<String, Split> labels =
                    new TreeMap<>(config.of(model).lifecycle().labels());
            if (labels.remove(label) == null) {
                throw new SlipwayException(
                        ErrorCode.NOT_FOUND,
                        "model '%s' has no label '%s' (expected: %s)".formatted(model, label, names(labels.keySet())));
            }
            return withLabels(config, model, labels);
        };
    }

    private static ServingConfig withLabels(ServingConfig config, String model, Map<String, Split> labels) {
        ModelConfig entry = config.of(model);
        return withModel(config, model, entry.withLifecycle(entry.lifecycle().withLabels(labels)));
    }

    /** An entry that says nothing beyond what is said of all models is left out, where there was none. */
    private static ServingConfig withModel(ServingConfig config, String model, ModelConfig entry) {
        Map<String, ModelConfig> models = new TreeMap<>(config.models());
        if (entry.equals(config.defaults()) && entry.location().isEmpty()) {
            models.remove(model);
        } else {
            models.put(model, entry);
        }
        return config.withModels(models);
    }

    private static String words(VersionSelection selection) {
        if (selection instanceof VersionSelection.Latest latest) {
            return latest.count() == 1 ? "its newest version" : "its %d newest versions".formatted(latest.count());
        }
        return "all its versions";
    }

    private static String names(Set<?> names) {
        return names.isEmpty()
                ? "none"
                : String.join(", ", names.stream().map(String::valueOf).sorted().toList());
    }
}
