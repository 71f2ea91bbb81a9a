package dev.slipway.source;

import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.Transform;
import dev.slipway.source.cache.Lease;
import org.jspecify.annotations.Nullable;

/** Keeps a servable's files in the cache while it lives: it may have mapped them, or read them late. */
record LeasedServable(Servable servable, Lease lease) implements Servable {
    @Override
    public ModelDescription description() {
        return servable.description();
    }

    @Override
    public InferenceResult run(InferenceRequest request) {
        return servable.run(request);
    }

    @Override
    public boolean mayWait() {
        return servable.mayWait();
    }

    @Override
    public @Nullable Transform transform(String signature) {
        return servable.transform(signature);
    }

    @Override
    public void close() {
        try (lease) {
            servable.close();
        }
    }
}
