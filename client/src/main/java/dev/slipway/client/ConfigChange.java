package dev.slipway.client;

import java.util.List;

/**
 * What a configuration would change.
 *
 * @param steps in the order of the models' names
 * @param memoryBytes that all models would take after it, in bytes
 * @param budgetBytes that they may take
 */
public record ConfigChange(List<Step> steps, long memoryBytes, long budgetBytes) {
    public ConfigChange {
        steps = List.copyOf(steps);
    }

    /**
     * One step.
     *
     * @param what {@code load}, {@code unload}, {@code move}, {@code set}, {@code reject}
     * @param model whose; empty for the server as such
     * @param subject {@code version 7}, {@code label champion}
     * @param detail {@code 120 MiB}, {@code 7 -> 8}; empty for none
     */
    public record Step(String what, String model, String subject, String detail) {}

    /** Whether some step would be rejected. */
    public boolean isRejected() {
        return steps.stream().anyMatch(step -> step.what().equals("reject"));
    }
}
