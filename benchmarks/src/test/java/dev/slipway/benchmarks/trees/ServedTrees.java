package dev.slipway.benchmarks.trees;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendSettings;
import dev.slipway.api.DType;
import dev.slipway.api.Deadline;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.LoadOptions;
import dev.slipway.api.Servable;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.Target;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.api.VersionChoice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A model as the server runs it. */
final class ServedTrees implements AutoCloseable {
    private final Backend backend;
    private final Servable servable;
    private final TensorSpec input;

    /** @param parameters as people say them in slipway.yaml */
    ServedTrees(Backend.Provider provider, Path model, Map<String, String> parameters) {
        backend = provider.open(new BackendSettings(1));
        servable = backend.recognise(model)
                .orElseThrow()
                .with(new LoadOptions(false, null, parameters))
                .load();
        input = servable.description()
                .signatures()
                .get(Signature.DEFAULT)
                .inputs()
                .get(0);
    }

    int columns() {
        return (int) input.shape().dim(1);
    }

    DType dtype() {
        return input.dtype();
    }

    InferenceRequest request(double[] rows, int count) {
        ByteBuffer data = ByteBuffer.allocateDirect(rows.length * input.dtype().byteSize())
                .order(ByteOrder.LITTLE_ENDIAN);
        for (double value : rows) {
            if (input.dtype() == DType.FP32) {
                data.putFloat((float) value);
            } else {
                data.putDouble(value);
            }
        }
        Tensor tensor = new Tensor(input.dtype(), Shape.of(count, rows.length / count), data.flip());
        return new InferenceRequest(
                new Target("trees", VersionChoice.LATEST, Signature.DEFAULT),
                Map.of(input.name(), tensor),
                List.of(),
                Deadline.after(Duration.ofDays(1), System.nanoTime()));
    }

    /** The last output, copied. */
    ByteBuffer predict(InferenceRequest request) {
        try (InferenceResult result = servable.run(request)) {
            Tensor answer = result.outputs().values().iterator().next();
            return ByteBuffer.allocate(answer.byteCount())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .put(answer.data())
                    .flip();
        }
    }

    @Override
    public void close() {
        servable.close();
        backend.close();
    }
}
