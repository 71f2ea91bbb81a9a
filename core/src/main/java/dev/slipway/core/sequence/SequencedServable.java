package dev.slipway.core.sequence;

import dev.slipway.api.ForwardingServable;
import dev.slipway.api.Servable;

/** A model that remembers, with all that stands around it. */
final class SequencedServable extends ForwardingServable {
    private final StatePlan plan;

    /** @param chained with the model within it */
    SequencedServable(Servable chained, StatePlan plan) {
        super(chained);
        this.plan = plan;
    }

    StatePlan plan() {
        return plan;
    }
}
