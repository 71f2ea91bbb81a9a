package dev.slipway.transforms;

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
final class ChainedServable implements Servable {
    private final Servable model;
    private final Chain chain;

    ChainedServable(Servable model, Chain chain) {
        this.model = model;
        this.chain = chain;
    }

    @Override
    public ModelDescription description() {
        return chain.description();
    }

    @Override
    public boolean mayWait() {
        return model.mayWait();
    }

    @Override
    public @Nullable Transform transform(String signature) {
        return signature.equals(Signature.DEFAULT) ? chain : null;
    }

    @Override
    public InferenceResult run(InferenceRequest request) {
        String signature = request.target().signature();
        if (signature.equals(Chain.TENSORS)) {
            return model.run(own(request));
        }
        if (!signature.isEmpty() && !signature.equals(Signature.DEFAULT)) {
            return model.run(request);
        }
        InferenceResult result = model.run(own(chain.before(request)));
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
            model.close();
        } finally {
            chain.close();
        }
    }
}
