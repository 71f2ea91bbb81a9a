package dev.slipway.server;

import com.google.protobuf.ByteString;
import dev.slipway.api.Backend;
import dev.slipway.api.BackendSettings;
import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
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
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import dev.slipway.protocol.proto.inference.ModelInferRequest.InferInputTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * Knows {@code model.adding} files, which say what is added to each number of {@code x} float32 [any] to give {@code y}, or
 * {@code fail}, or {@code hold}, which adds nothing as soon as a test lets it; {@code user} text [any] is not used.
 */
public final class AddingBackend implements Backend {
    private static final Signature SIGNATURE = new Signature(
            Signature.DEFAULT,
            List.of(new TensorSpec("x", DType.FP32, Shape.of(-1)), new TensorSpec("user", DType.STRING, Shape.of(-1))),
            List.of(new TensorSpec("y", DType.FP32, Shape.of(-1))));

    private static volatile Hold hold = new Hold(new CountDownLatch(0), new CountDownLatch(0));

    /** Found by the service loader. */
    public static final class Provider implements Backend.Provider {
        @Override
        public String name() {
            return "adding";
        }

        @Override
        public Backend open(BackendSettings settings) {
            return new AddingBackend();
        }
    }

    /**
     * A run that is held.
     *
     * @param begun counted down by the run
     * @param end counted down to let it end
     */
    record Hold(CountDownLatch begun, CountDownLatch end) {}

    /** Holds runs that begin from now on, of models that say so. */
    static Hold hold() {
        Hold next = new Hold(new CountDownLatch(1), new CountDownLatch(1));
        hold = next;
        return next;
    }

    /** A request of one row. */
    static ModelInferRequest request(String model) {
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .addInputs(InferInputTensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(1))
                .addInputs(InferInputTensor.newBuilder()
                        .setName("user")
                        .setDatatype("BYTES")
                        .addShape(1))
                .addRawInputContents(ByteString.copyFrom(new byte[Float.BYTES]))
                .addRawInputContents(ByteString.copyFrom(new byte[] {1, 0, 0, 0, 'a'}))
                .build();
    }

    /** The same over REST, as TensorFlow Serving's clients put it. */
    static String body() {
        return "{\"inputs\": {\"x\": [1], \"user\": [\"a\"]}}";
    }

    /** Writes a version. */
    static void write(Path folder, String text) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("model.adding"), text);
    }

    @Override
    public String name() {
        return "adding";
    }

    @Override
    public Optional<Loader> recognise(Path path) {
        Path file = path.resolve("model.adding");
        return Files.exists(file) ? Optional.of(new AddingLoader(file)) : Optional.empty();
    }

    @Override
    public void close() {}

    private record AddingLoader(Path file) implements Loader {
        @Override
        public String format() {
            return "adding";
        }

        @Override
        public ModelDescription describe() {
            return new ModelDescription("adding_adding", Map.of(SIGNATURE.name(), SIGNATURE), 0, Map.of());
        }

        @Override
        public Servable load() {
            try {
                return new Adding(Files.readString(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private record Adding(String text) implements Servable {
        @Override
        public ModelDescription description() {
            return new ModelDescription("adding_adding", Map.of(SIGNATURE.name(), SIGNATURE), 0, Map.of());
        }

        @Override
        public InferenceResult run(InferenceRequest request) {
            if (text.equals("fail")) {
                throw new SlipwayException(ErrorCode.INTERNAL, "told to fail");
            }
            boolean isHeld = text.equals("hold");
            if (isHeld) {
                awaitRelease();
            }
            float added = isHeld ? 0 : Float.parseFloat(text);
            Tensor x = request.inputs().get("x");
            ByteBuffer from = x.data();
            ByteBuffer to = ByteBuffer.allocate(x.byteCount()).order(ByteOrder.LITTLE_ENDIAN);
            while (from.hasRemaining()) {
                to.putFloat(from.getFloat() + added);
            }
            Map<String, Tensor> outputs = Map.of("y", new Tensor(DType.FP32, x.shape(), to.flip()));
            return new InferenceResult() {
                @Override
                public Map<String, Tensor> outputs() {
                    return outputs;
                }

                @Override
                public void close() {}
            };
        }

        private static void awaitRelease() {
            Hold asked = hold;
            asked.begun().countDown();
            try {
                asked.end().await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() {}
    }
}
