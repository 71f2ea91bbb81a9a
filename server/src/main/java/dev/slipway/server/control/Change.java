package dev.slipway.server.control;

import dev.slipway.api.SlipwayException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration would change; nothing of it is done yet.
 *
 * @param steps in the order of the models' names; empty when it asks for what is so anyway
 * @param memoryBytes that all models would take after it, in bytes, as far as known
 * @param budgetBytes that they may take
 */
public record Change(List<Step> steps, long memoryBytes, long budgetBytes) {
    public Change {
        steps = List.copyOf(steps);
    }

    /** Whether some step would be rejected. */
    public boolean isRejected() {
        return steps.stream().anyMatch(step -> step.what() == What.REJECT);
    }

    /** What happens to a model, a version or a label. */
    public enum What {
        LOAD,
        UNLOAD,
        /** A label names another version, or divides requests otherwise. */
        MOVE,
        /** Settings change that neither load nor unload. */
        SET,
        REJECT
    }

    /**
     * One step.
     *
     * @param what happens
     * @param model whose
     * @param subject {@code version 7}, {@code label champion}, {@code batching}
     * @param detail {@code 120 MiB}, {@code 7 -> 8}; empty for none
     * @param reason why it is rejected, else null
     */
    public record Step(
            What what,
            String model,
            String subject,
            String detail,
            @Nullable SlipwayException reason) {}
}
