package dev.slipway.server.config;

import dev.slipway.api.Split;
import dev.slipway.core.ModelSettings;
import dev.slipway.core.source.FileSystemSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is served, and how: the part of what a server is told that may change while it runs. Two equal ones ask for the
 * same.
 * <p>A key of a model counts as said of it when it was, and when it is not as in {@code defaults}.
 *
 * @param repository a folder of models, absolute, or an {@code s3:} URL of many; empty for none
 * @param defaults for models that are found in the repository without being named in {@code models}
 * @param models by name; those with an empty location lie in the repository
 * @param poll time between two looks at all sources; zero for a single look; negative for notices only
 * @param settleTime how long a version's files must be unchanged before it counts
 * @param memoryBudgetBytes for all models together; 0 for what the machine has, less the JVM's heap
 */
public record ServingConfig(
        String repository,
        ModelConfig defaults,
        SortedMap<String, ModelConfig> models,
        Duration poll,
        Duration settleTime,
        long memoryBudgetBytes) {
    public ServingConfig {
        defaults = defaults.sayingWhatDiffers(ModelConfig.DEFAULT);
        SortedMap<String, ModelConfig> said = new TreeMap<>();
        for (Map.Entry<String, ModelConfig> model : models.entrySet()) {
            said.put(model.getKey(), model.getValue().sayingWhatDiffers(defaults));
        }
        models = Collections.unmodifiableSortedMap(said);
        if (memoryBudgetBytes < 0) {
            throw new IllegalArgumentException("memoryBudgetBytes: %d (expected: >= 0)".formatted(memoryBudgetBytes));
        }
    }

    /**
     * Models in local folders.
     *
     * @param labels for each model the version that each label is to name
     */
    public static ServingConfig of(FileSystemSource.Options source, Map<String, Map<String, Long>> labels) {
        ModelConfig defaults = ModelConfig.DEFAULT.withVersions(source.repositorySelection());
        SortedMap<String, ModelConfig> models = new TreeMap<>();
        source.models()
                .forEach(model -> models.put(
                        model.name(), ModelConfig.at(model.path().toString()).withVersions(model.selection())));
        labels.forEach((model, versions) -> {
            Map<String, Split> wishes = new TreeMap<>();
            versions.forEach((label, version) -> wishes.put(label, Split.of(version)));
            models.merge(
                    model,
                    defaults.withLifecycle(ModelSettings.DEFAULT.withLabels(wishes)),
                    (known, labelled) -> known.withLifecycle(labelled.lifecycle()));
        });
        Path repository = source.repository();
        return new ServingConfig(
                repository == null ? "" : repository.toString(),
                defaults,
                models,
                source.poll(),
                source.settleTime(),
                0);
    }

    /** What is said of a model: under its name, or for all that are in the repository. */
    public ModelConfig of(String model) {
        ModelConfig named = models.get(model);
        // The defaults are said of no model: what the file beside one says goes before them.
        return named == null ? defaults.saying(Set.of()) : named;
    }

    /**
     * What holds for a model: what is said of it, then what the file beside it says, then the defaults. What any of them leaves
     * out of the prediction log is left out.
     *
     * @param own what the file beside the model says
     */
    public ModelConfig of(String model, ModelConfig own) {
        ModelConfig said = of(model);
        ModelConfig whole = said.over(own);
        Observation observed = whole.observed()
                .redacting(said.observed())
                .redacting(own.observed())
                .redacting(defaults.observed());
        return whole.withObservation(observed).saying(whole.said());
    }

    /** The same with another repository. */
    public ServingConfig withRepository(String changed) {
        return new ServingConfig(changed, defaults, models, poll, settleTime, memoryBudgetBytes);
    }

    /** The same with other models. */
    public ServingConfig withModels(Map<String, ModelConfig> changed) {
        return new ServingConfig(repository, defaults, new TreeMap<>(changed), poll, settleTime, memoryBudgetBytes);
    }

    /** The same with another time between two looks. */
    public ServingConfig withPoll(Duration changed) {
        return new ServingConfig(repository, defaults, models, changed, settleTime, memoryBudgetBytes);
    }

    /** The same with another budget. */
    public ServingConfig withMemoryBudget(long bytes) {
        return new ServingConfig(repository, defaults, models, poll, settleTime, bytes);
    }
}
