package dev.slipway.transforms;

import dev.slipway.api.InferenceRequest;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Signature;
import dev.slipway.api.Target;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.api.Transform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What stands before and after one model's default signature; the model's own stays callable as {@value #TENSORS}. */
final class Chain implements Transform, AutoCloseable {
    /** The signature of the model's own tensors. */
    static final String TENSORS = "tensors";

    private final @Nullable InputStep input;
    private final @Nullable OutputStep output;
    private final ModelDescription description;

    /** @param model what the model says of itself */
    Chain(@Nullable InputStep input, @Nullable OutputStep output, ModelDescription model) {
        this.input = input;
        this.output = output;
        this.description = described(input == null ? null : input.inputs(), output, model);
    }

    /**
     * What clients see of a model.
     *
     * @param inputs of the default signature; null for the model's own
     * @param output null for the model's own outputs
     */
    static ModelDescription described(
            @Nullable List<TensorSpec> inputs, @Nullable OutputStep output, ModelDescription model) {
        Map<String, Signature> signatures = new LinkedHashMap<>();
        model.signatures().forEach((name, signature) -> {
            if (name.equals(Signature.DEFAULT)) {
                List<TensorSpec> outputs = output == null ? signature.outputs() : output.outputs();
                signatures.put(name, new Signature(name, inputs == null ? signature.inputs() : inputs, outputs));
                signatures.put(TENSORS, new Signature(TENSORS, signature.inputs(), signature.outputs()));
            } else if (!name.equals(TENSORS)) {
                // A model that has a chain of its own is called through that.
                signatures.put(name, signature);
            }
        });
        return new ModelDescription(
                model.platform(),
                signatures,
                model.memoryBytes(),
                model.metadata(),
                output == null ? model.classes() : output.classes());
    }

    /** What clients see. */
    ModelDescription description() {
        return description;
    }

    @Override
    public boolean allowsPadding() {
        return input == null || input.allowsPadding();
    }

    @Override
    public String signature() {
        return TENSORS;
    }

    @Override
    public InferenceRequest before(InferenceRequest request) {
        Target target = request.target();
        Map<String, Tensor> inputs =
                input == null ? request.inputs() : input.apply(request.inputs(), request.deadline());
        return new InferenceRequest(
                new Target(target.model(), target.version(), TENSORS),
                inputs,
                output == null ? request.outputs() : reads(output, request.outputs()),
                request.deadline());
    }

    private static List<String> reads(OutputStep output, List<String> wanted) {
        Set<String> names = new LinkedHashSet<>();
        wanted(output, wanted).forEach(name -> names.addAll(output.reads(name)));
        return new ArrayList<>(names);
    }

    private static List<String> wanted(OutputStep output, List<String> wanted) {
        return wanted.isEmpty()
                ? output.outputs().stream().map(TensorSpec::name).toList()
                : wanted;
    }

    @Override
    public Map<String, Tensor> after(InferenceRequest request, Map<String, Tensor> outputs) {
        OutputStep step = output;
        if (step == null) {
            return outputs;
        }
        return step.apply(wanted(step, request.outputs()), outputs);
    }

    @Override
    public void close() {
        if (input != null) {
            input.close();
        }
    }
}
