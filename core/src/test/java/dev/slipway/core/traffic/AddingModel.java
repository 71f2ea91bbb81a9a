package dev.slipway.core.traffic;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.DType;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Input {@code x} float32 [any] and {@code user} text [any]; output {@code y}, each number with something added. */
final class AddingModel implements Loader, Servable {
    private final long version;
    private final float added;
    private final String output;
    volatile @Nullable SlipwayException failure;
    volatile boolean isClosed;

    AddingModel(long version, float added) {
        this(version, added, "y");
    }

    AddingModel(long version, float added, String output) {
        this.version = version;
        this.added = added;
        this.output = output;
    }

    AspiredVersions.Version wish() {
        return new AspiredVersions.Version(version, "files-of-" + version, this);
    }

    static Tensor floats(float... values) {
        ByteBuffer data = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            data.putFloat(value);
        }
        return new Tensor(DType.FP32, Shape.of(values.length), data.flip());
    }

    static Tensor text(String... values) {
        int bytes = 0;
        for (String value : values) {
            bytes += 4 + value.getBytes(StandardCharsets.UTF_8).length;
        }
        ByteBuffer data = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (String value : values) {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            data.putInt(utf8.length).put(utf8);
        }
        return new Tensor(DType.STRING, Shape.of(values.length), data.flip());
    }

    @Override
    public String format() {
        return "adding";
    }

    @Override
    public ModelDescription describe() {
        Signature signature = new Signature(
                Signature.DEFAULT,
                List.of(
                        new TensorSpec("x", DType.FP32, Shape.of(-1)),
                        new TensorSpec("user", DType.STRING, Shape.of(-1))),
                List.of(new TensorSpec(output, DType.FP32, Shape.of(-1))));
        return new ModelDescription("adding", Map.of(Signature.DEFAULT, signature), 10, Map.of());
    }

    @Override
    public Servable load() {
        return this;
    }

    @Override
    public ModelDescription description() {
        return describe();
    }

    @Override
    public InferenceResult run(InferenceRequest request) {
        if (isClosed) {
            throw new AssertionError("version " + version + " was used after it was closed");
        }
        SlipwayException present = failure;
        if (present != null) {
            throw present;
        }
        ByteBuffer x = request.inputs().get("x").data();
        float[] y = new float[x.remaining() / 4];
        for (int i = 0; i < y.length; i++) {
            y[i] = x.getFloat() + added;
        }
        Map<String, Tensor> outputs = Map.of(output, floats(y));
        return new InferenceResult() {
            @Override
            public Map<String, Tensor> outputs() {
                return outputs;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void close() {
        isClosed = true;
    }
}
