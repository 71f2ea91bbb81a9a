package dev.slipway.backend.keras;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendSettings;
import dev.slipway.api.DType;
import dev.slipway.api.Deadline;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.Servable;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.Target;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.api.VersionChoice;
import dev.slipway.backend.onnx.OnnxProvider;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where models lie, the backends that open them, and tensors of numbers. */
final class Fixtures {
    private static final double PRECISION = 1e-4;

    private Fixtures() {}

    /** Models of src/test/python/make_models.py. */
    static Path models() {
        return root().resolve("backends/keras/src/test/resources/models");
    }

    static Path root() {
        return Path.of(Optional.ofNullable(System.getProperty("slipway.root")).orElse("../.."));
    }

    /** Other people's models; may not be there. */
    static Path corpus() {
        return Optional.ofNullable(System.getenv("SLIPWAY_CORPUS"))
                .map(Path::of)
                .orElse(root().toAbsolutePath().normalize().resolveSibling("shared/corpus"));
    }

    /** A Keras backend, and the one that runs its models; closing it closes both. */
    static Backend open() {
        Backend onnx = new OnnxProvider().open(new BackendSettings(2));
        Backend keras = new KerasProvider().open(new BackendSettings(2, 1, onnx::recognise));
        return new Pair(keras, onnx);
    }

    private record Pair(Backend keras, Backend onnx) implements Backend {
        @Override
        public String name() {
            return keras.name();
        }

        @Override
        public Optional<dev.slipway.api.Loader> recognise(Path path) {
            return keras.recognise(path);
        }

        @Override
        public dev.slipway.api.BackendReport report() {
            return keras.report();
        }

        @Override
        public void close() {
            keras.close();
            onnx.close();
        }
    }

    /** What goes in and what comes out, each in the model's order. */
    record Case(List<Tensor> inputs, List<Tensor> outputs) {
        static Case read(Path json) throws Exception {
            Map<String, Object> document = Json.read(Files.readString(json), json.toString());
            return new Case(tensors((List<?>) document.get("inputs")), tensors((List<?>) document.get("outputs")));
        }

        private static List<Tensor> tensors(List<?> said) {
            return said.stream().map(one -> tensor((Map<?, ?>) one)).toList();
        }

        private static Tensor tensor(Map<?, ?> said) {
            List<?> data = (List<?>) said.get("data");
            long[] dims = ((List<?>) said.get("shape"))
                    .stream().mapToLong(dim -> ((Number) dim).longValue()).toArray();
            double[] values = data.stream()
                    .mapToDouble(value -> ((Number) value).doubleValue())
                    .toArray();
            DType dtype = OnnxType.of((String) said.get("dtype"), "a test");
            return Fixtures.tensor(dtype, dims, values);
        }

        /** What differs between a model's answers and these; empty for nothing. */
        List<String> differences(Servable servable) {
            return differences(servable, PRECISION);
        }

        /** @param precision how far numbers may be off, as a part of them */
        List<String> differences(Servable servable, double precision) {
            Signature signature = servable.description().signatures().get(Signature.DEFAULT);
            List<String> faults = new ArrayList<>();
            Map<String, Tensor> named = new LinkedHashMap<>();
            for (int i = 0; i < inputs.size(); i++) {
                named.put(signature.inputs().get(i).name(), inputs.get(i));
            }
            signature.check(named, List.of());
            try (InferenceResult result = servable.run(request(named))) {
                for (int i = 0; i < outputs.size(); i++) {
                    TensorSpec spec = signature.outputs().get(i);
                    String fault = difference(result.outputs().get(spec.name()), outputs.get(i), spec, precision);
                    if (!fault.isEmpty()) {
                        faults.add("%d %s: %s".formatted(i, spec.name(), fault));
                    }
                }
                if (outputs.size() != signature.outputs().size()) {
                    faults.add("%d outputs (expected: %d)"
                            .formatted(signature.outputs().size(), outputs.size()));
                }
            }
            return faults;
        }
    }

    static InferenceRequest request(Map<String, Tensor> inputs) {
        return new InferenceRequest(
                new Target("model", VersionChoice.LATEST, Signature.DEFAULT),
                inputs,
                List.of(),
                Deadline.after(Duration.ofMinutes(1), System.nanoTime()));
    }

    static Tensor floats(long[] dims, double... values) {
        return tensor(DType.FP32, dims, values);
    }

    static Tensor tensor(DType dtype, long[] dims, double... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * dtype.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            switch (dtype) {
                case FP32 -> bytes.putFloat((float) value);
                case FP64 -> bytes.putDouble(value);
                case INT32 -> bytes.putInt((int) value);
                case INT64 -> bytes.putLong((long) value);
                default -> throw new IllegalArgumentException(dtype.toString());
            }
        }
        return new Tensor(dtype, Shape.of(dims), bytes.flip());
    }

    static double[] values(Tensor tensor) {
        double[] values = new double[(int) tensor.elementCount()];
        ByteBuffer data = tensor.data();
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (tensor.dtype()) {
                case FP32 -> data.getFloat();
                case FP64 -> data.getDouble();
                case INT32 -> data.getInt();
                case INT64 -> data.getLong();
                default -> throw new IllegalArgumentException(tensor.dtype().toString());
            };
        }
        return values;
    }

    /** Whether numbers are the same but for rounding; dtypes of whole numbers may differ in width. */
    static boolean isClose(Tensor answer, Tensor expected) {
        return difference(answer, expected, null, PRECISION).isEmpty();
    }

    private static String difference(Tensor answer, Tensor expected, TensorSpec spec, double precision) {
        if (answer == null || !answer.shape().equals(expected.shape())) {
            return "%s (expected: %s)".formatted(answer, expected);
        }
        if (spec != null && !spec.shape().accepts(answer.shape())) {
            return "%s, but the signature says %s".formatted(answer.shape(), spec.shape());
        }
        double[] found = values(answer);
        double[] right = values(expected);
        for (int i = 0; i < found.length; i++) {
            // Not within, rather than beyond: a NaN is a difference.
            if (!(Math.abs(found[i] - right[i]) <= precision / 5 + precision * Math.abs(right[i]))) {
                return "element %d of %s is %s (expected: %s)".formatted(i, answer.shape(), found[i], right[i]);
            }
        }
        return "";
    }
}
