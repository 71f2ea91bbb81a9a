package dev.slipway.backend.keras;

import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.Transform;
import dev.slipway.backend.common.Holdings;
import org.jspecify.annotations.Nullable;

/** A model that another backend runs, under the description of the file that it was made of. */
record KerasServable(Servable inner, ModelDescription description, Holdings.Claim claim) implements Servable {
    @Override
    public InferenceResult run(InferenceRequest request) {
        return inner.run(request);
    }

    @Override
    public @Nullable Transform transform(String signature) {
        return inner.transform(signature);
    }

    @Override
    public void close() {
        inner.close();
        claim.close();
    }
}
