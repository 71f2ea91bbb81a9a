package dev.slipway.backend.catboost;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendSettings;
import dev.slipway.api.DType;
import dev.slipway.api.Deadline;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.Servable;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.Target;
import dev.slipway.api.Tensor;
import dev.slipway.api.VersionChoice;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where models lie, and the shortest ways to load and ask them. */
final class TestModels {
    private TestModels() {}

    static Path resource(String name) {
        return Path.of("src/test/resources").resolve(name);
    }

    /** The corpus of other people's models; skips the test where there is none. */
    static Path corpus() {
        Path corpus = Optional.ofNullable(System.getenv("SLIPWAY_CORPUS"))
                .map(Path::of)
                .orElse(Path.of("../..").toAbsolutePath().normalize().resolveSibling("shared/corpus"));
        assumeTrue(Files.isDirectory(corpus), "no corpus of models here");
        return corpus;
    }

    static Backend open() {
        return new CatBoostProvider().open(new BackendSettings(2));
    }

    static Servable load(Backend backend, Path path) {
        return backend.recognise(path).orElseThrow().load();
    }

    static InferenceRequest request(Map<String, Tensor> inputs, String... outputs) {
        return new InferenceRequest(
                new Target("model", VersionChoice.LATEST, Signature.DEFAULT),
                inputs,
                List.of(outputs),
                Deadline.after(Duration.ofMinutes(1), System.nanoTime()));
    }

    static Tensor doubles(double... values) {
        ByteBuffer data = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        data.asDoubleBuffer().put(values);
        return new Tensor(DType.FP64, Shape.of(values.length), data);
    }

    static Tensor floats(double... values) {
        ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            data.putFloat((float) value);
        }
        return new Tensor(DType.FP32, Shape.of(values.length), data.flip());
    }

    static Tensor texts(String... values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String value : values) {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            out.writeBytes(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(bytes.length)
                    .array());
            out.writeBytes(bytes);
        }
        return new Tensor(DType.STRING, Shape.of(values.length), ByteBuffer.wrap(out.toByteArray()));
    }

    static double[] numbers(Tensor tensor) {
        double[] values = new double[(int) tensor.elementCount()];
        ByteBuffer data = tensor.data();
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.dtype() == DType.FP32 ? data.getFloat() : data.getDouble();
        }
        return values;
    }

    static List<String> texts(Tensor tensor) {
        List<String> values = new ArrayList<>();
        ByteBuffer data = tensor.data();
        while (data.hasRemaining()) {
            byte[] bytes = new byte[data.getInt()];
            data.get(bytes);
            values.add(new String(bytes, StandardCharsets.UTF_8));
        }
        return values;
    }
}
