package dev.slipway.protocol.openinference;

import dev.slipway.api.ModelDescription;
import dev.slipway.api.Signature;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gives outputs the form that a request wants. */
public final class OutputForms {
    private OutputForms() {}

    /**
     * The outputs, those that are wanted as classes so.
     *
     * @param forms by output; what is not in it is {@link OutputForm#PLAIN}
     * @param signature that answered
     * @param description whose classes have names
     * @return {@code outputs} itself where nothing changes
     * @throws dev.slipway.api.SlipwayException {@code INVALID_ARGUMENT} for an output that has no classes
     */
    public static Map<String, Tensor> apply(
            Map<String, Tensor> outputs,
            Map<String, OutputForm> forms,
            Signature signature,
            ModelDescription description) {
        if (forms.values().stream().allMatch(form -> form.classes() == 0)) {
            return outputs;
        }
        Map<String, Tensor> formed = new LinkedHashMap<>(outputs);
        forms.forEach((name, form) -> {
            Tensor tensor = outputs.get(name);
            TensorSpec spec = signature.output(name).orElse(null);
            if (form.classes() > 0 && tensor != null && spec != null) {
                List<String> labels = description.classes().getOrDefault(name, List.of());
                formed.put(name, TopClasses.of(spec, tensor, form.classes(), labels));
            }
        });
        return formed;
    }
}
