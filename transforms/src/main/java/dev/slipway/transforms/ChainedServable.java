package dev.slipway.transforms;

import dev.slipway.api.ForwardingServable;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.Signature;
import dev.slipway.api.Target;
import dev.slipway.api.Tensor;
import dev.slipway.api.Transform;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model with what stands before and after it. */
final class ChainedServable extends ForwardingServable {
    private final Chain chain;

    ChainedServable(Servable model, Chain chain) {
        super(model);
        this.chain = chain;
    }

    @Override
    public ModelDescription description() {
        return chain.description();
    }

    @Override
    public @Nullable Transform transform(String signature) {
        return signature.equals(Signature.DEFAULT) ? chain : null;
    }

    @Override
    public InferenceResult run(InferenceRequest request) {
        String signature = request.target().signature();
        if (signature.equals(Chain.TENSORS)) {
            return super.run(own(request));
        }
        if (!signature.isEmpty() && !signature.equals(Signature.DEFAULT)) {
            return super.run(request);
        }
        InferenceResult result = super.run(own(chain.before(request)));
        boolean isTurned = false;
        try {
            Turned turned = new Turned(chain.after(request, result.outputs()), result);
            isTurned = true;
            return turned;
        } finally {
            if (!isTurned) {
                result.close();
            }
        }
    }

    /** The same, as the model itself names its signature. */
    private static InferenceRequest own(InferenceRequest request) {
        Target target = request.target();
        return new InferenceRequest(
                new Target(target.model(), target.version(), Signature.DEFAULT),
                request.inputs(),
                request.outputs(),
                request.deadline());
    }

    /** Outputs that may be views of the model's. */
    private record Turned(Map<String, Tensor> outputs, InferenceResult lender) implements InferenceResult {
        @Override
        public void close() {
            lender.close();
        }
    }

    @Override
    public void close() {
        try {
            super.close();
        } finally {
            chain.close();
        }
    }
}
