package dev.slipway.core.sequence;

import dev.slipway.api.ForwardingServable;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.Signature;
import dev.slipway.api.Target;
import dev.slipway.api.Tensor;
import dev.slipway.api.Transform;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A model whose controls and state clients do not see. Its default signature, run by itself, is a sequence of one request,
 * which suits warm-up; {@value StatePlan#FULL} takes all tensors as they are.
 */
final class RememberingModel extends ForwardingServable {
    private final StatePlan plan;
    private final ModelDescription description;

    private RememberingModel(Servable model, StatePlan plan) {
        super(model);
        this.plan = plan;
        ModelDescription own = model.description();
        Map<String, Signature> signatures = new LinkedHashMap<>(own.signatures());
        signatures.put(Signature.DEFAULT, plan.seen());
        signatures.put(StatePlan.FULL, plan.full());
        this.description =
                new ModelDescription(own.platform(), signatures, own.memoryBytes(), own.metadata(), own.classes());
    }

    /** Closes {@code model} if the settings do not fit it. */
    static RememberingModel open(Servable model, SequenceSettings settings) {
        boolean isOpen = false;
        try {
            Signature signature = Objects.requireNonNull(
                    model.description().signatures().get(Signature.DEFAULT), "every model has a default signature");
            RememberingModel opened = new RememberingModel(model, new StatePlan(settings, signature));
            isOpen = true;
            return opened;
        } finally {
            if (!isOpen) {
                model.close();
            }
        }
    }

    StatePlan plan() {
        return plan;
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    /** What the model has before and after its own default signature, which sees its state too, stays within its run. */
    @Override
    public @Nullable Transform transform(String signature) {
        return signature.equals(Signature.DEFAULT) ? null : super.transform(signature);
    }

    @Override
    public InferenceResult run(InferenceRequest request) {
        String signature = request.target().signature();
        if (signature.equals(StatePlan.FULL)) {
            return super.run(own(request));
        }
        if (!signature.isEmpty() && !signature.equals(Signature.DEFAULT)) {
            return super.run(request);
        }
        SequenceStep only = new SequenceStep(0, "", true, true);
        InferenceResult result = super.run(own(plan.filled(request, only, Map.of())));
        return new Seen(plan.seen(result.outputs()), result);
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

    private record Seen(Map<String, Tensor> outputs, InferenceResult lender) implements InferenceResult {
        @Override
        public void close() {
            lender.close();
        }
    }
}
