package dev.slipway.core.batching;

import java.util.List;

/**
 * How requests wait for one model.
 *
 * @param levels a policy for each priority, the most urgent first: priority 1 is {@code levels.get(0)}
 * @param defaultPriority of a request that names none, from 1
 */
public record Queueing(List<QueuePolicy> levels, int defaultPriority) {
    /** One line for all. */
    public static final Queueing DEFAULT = new Queueing(List.of(QueuePolicy.DEFAULT), 1);

    public Queueing {
        levels = List.copyOf(levels);
        if (levels.isEmpty()) {
            throw new IllegalArgumentException("levels: none (expected: at least one)");
        }
        if (defaultPriority < 1 || defaultPriority > levels.size()) {
            throw new IllegalArgumentException(
                    "defaultPriority: %d (expected: 1 to %d)".formatted(defaultPriority, levels.size()));
        }
    }

    /** The level, from 0, of a request of that priority; 0 and what lies outside mean the default. */
    int level(int priority) {
        return (priority < 1 || priority > levels.size() ? defaultPriority : priority) - 1;
    }
}
