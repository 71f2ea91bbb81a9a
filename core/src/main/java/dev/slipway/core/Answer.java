package dev.slipway.core;

import dev.slipway.api.InferenceResult;
import dev.slipway.api.ServableId;
import dev.slipway.api.Signature;
import dev.slipway.api.Tensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a request is answered, in memory that is lent until {@link #close()}. */
public final class Answer implements AutoCloseable {
    private final ServableId id;
    private final Signature signature;
    private final Map<String, Tensor> outputs;
    private final @Nullable InferenceResult lender;

    /** An answer that lends what {@code result} lends, and closes it. */
    Answer(ServableId id, Signature signature, InferenceResult result) {
        this.id = id;
        this.signature = signature;
        this.outputs = result.outputs();
        this.lender = result;
    }

    /** An answer whose outputs somebody else lends, for as long as that one says. */
    public Answer(ServableId id, Signature signature, Map<String, Tensor> outputs) {
        this.id = id;
        this.signature = signature;
        this.outputs = outputs;
        this.lender = null;
    }

    /** The version that answered. */
    public ServableId id() {
        return id;
    }

    public Signature signature() {
        return signature;
    }

    /** By name; readable until this answer is closed. */
    public Map<String, Tensor> outputs() {
        return outputs;
    }

    @Override
    public void close() {
        if (lender != null) {
            lender.close();
        }
    }
}
