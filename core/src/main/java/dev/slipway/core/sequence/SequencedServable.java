package dev.slipway.core.sequence;

import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.Transform;
import org.jspecify.annotations.Nullable;

/** A model that remembers, with all that stands around it. */
final class SequencedServable implements Servable {
    private final Servable chained;
    private final StatePlan plan;

    /** @param chained with the model within it */
    SequencedServable(Servable chained, StatePlan plan) {
        this.chained = chained;
        this.plan = plan;
    }

    StatePlan plan() {
        return plan;
    }

    @Override
    public ModelDescription description() {
        return chained.description();
    }

    @Override
    public boolean mayWait() {
        return chained.mayWait();
    }

    @Override
    public @Nullable Transform transform(String signature) {
        return chained.transform(signature);
    }

    @Override
    public InferenceResult run(InferenceRequest request) {
        return chained.run(request);
    }

    @Override
    public void close() {
        chained.close();
    }
}
