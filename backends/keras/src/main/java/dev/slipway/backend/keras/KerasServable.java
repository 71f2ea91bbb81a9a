package dev.slipway.backend.keras;

import dev.slipway.api.ForwardingServable;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.backend.common.Holdings;

/** A model that another backend runs, under the description of the file that it was made of. */
final class KerasServable extends ForwardingServable {
    private final ModelDescription description;
    private final Holdings.Claim claim;

    KerasServable(Servable inner, ModelDescription description, Holdings.Claim claim) {
        super(inner);
        this.description = description;
        this.claim = claim;
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    @Override
    public void close() {
        try (claim) {
            super.close();
        }
    }
}
