package dev.slipway.server.mlflow;

import dev.slipway.api.ModelDescription;
import dev.slipway.api.Signature;
import dev.slipway.api.TensorSpec;
import dev.slipway.transforms.ChainFiles;
import dev.slipway.transforms.InputSettings;
import dev.slipway.transforms.InputStep;
import java.util.List;
import java.util.Map;

/**
 * Clients send what the signature of an {@code MLmodel} says.
 *
 * @param inputs of the signature; empty when it has none
 */
record SignatureInput(List<MlColumn> inputs) implements InputSettings {
    SignatureInput {
        inputs = List.copyOf(inputs);
    }

    /** Whether clients send something else than the model itself takes. */
    boolean changes(ModelDescription model) {
        Signature own = model.signatures().get(Signature.DEFAULT);
        if (inputs.isEmpty() || own == null) {
            return false;
        }
        List<TensorSpec> sent = SignatureStep.sent(inputs, own);
        return !sent.equals(own.inputs());
    }

    @Override
    public InputStep open(ChainFiles files, Signature model) {
        return SignatureStep.open(inputs, model);
    }

    @Override
    public Map<String, Object> written() {
        return Map.of("type", MlflowBackend.NAME);
    }
}
