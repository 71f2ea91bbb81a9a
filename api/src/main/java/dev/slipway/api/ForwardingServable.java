package dev.slipway.api;

import org.jspecify.annotations.Nullable;

/** A servable that adds something to another one, and hands on all that it does not change. */
public abstract class ForwardingServable implements Servable {
    private final Servable inner;

    protected ForwardingServable(Servable inner) {
        this.inner = inner;
    }

    /** The one that this adds to. */
    protected final Servable inner() {
        return inner;
    }

    @Override
    public ModelDescription description() {
        return inner.description();
    }

    @Override
    public InferenceResult run(InferenceRequest request) {
        return inner.run(request);
    }

    @Override
    public boolean mayWait() {
        return inner.mayWait();
    }

    @Override
    public @Nullable Transform transform(String signature) {
        return inner.transform(signature);
    }

    @Override
    public void close() {
        inner.close();
    }
}
