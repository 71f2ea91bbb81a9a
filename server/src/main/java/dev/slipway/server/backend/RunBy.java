package dev.slipway.server.backend;

import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.Transform;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model that says, in its metadata, what runs it. */
record RunBy(Servable model, ModelDescription description) implements Servable {
    private static final String RUNTIME = "runtime";

    /** The same description with the runtime's name and version, unless the model names one itself. */
    static ModelDescription told(ModelDescription model, String runtime) {
        if (model.metadata().containsKey(RUNTIME)) {
            return model;
        }
        Map<String, String> facts = new HashMap<>(model.metadata());
        facts.put(RUNTIME, runtime);
        return new ModelDescription(
                model.platform(), model.signatures(), model.memoryBytes(), Map.copyOf(facts), model.classes());
    }

    @Override
    public InferenceResult run(InferenceRequest request) {
        return model.run(request);
    }

    @Override
    public @Nullable Transform transform(String signature) {
        return model.transform(signature);
    }

    @Override
    public void close() {
        model.close();
    }
}
