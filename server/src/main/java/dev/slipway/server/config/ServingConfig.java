package dev.slipway.server.config;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is served, and how: the part of what a server is told that may change while it runs. Two equal ones ask for the
 * same.
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
        models = Collections.unmodifiableSortedMap(new TreeMap<>(models));
        if (memoryBudgetBytes < 0) {
            throw new IllegalArgumentException("memoryBudgetBytes: %d (expected: >= 0)".formatted(memoryBudgetBytes));
        }
    }

    /** What is said of a model: under its name, or for all that are in the repository. */
    public ModelConfig of(String model) {
        return models.getOrDefault(model, defaults);
    }

    /** The same with other models. */
    public ServingConfig withModels(Map<String, ModelConfig> changed) {
        return new ServingConfig(repository, defaults, new TreeMap<>(changed), poll, settleTime, memoryBudgetBytes);
    }
}
