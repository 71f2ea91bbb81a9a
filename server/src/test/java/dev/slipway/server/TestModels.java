package dev.slipway.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Small models made for tests. */
public final class TestModels {
    private TestModels() {}

    static byte[] bytes(String name) throws IOException {
        return file(name + ".onnx");
    }

    /** A file of the folder {@code models} of the resources. */
    public static byte[] file(String name) throws IOException {
        try (InputStream in = TestModels.class.getResourceAsStream("/models/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    /** Writes {@code folder/model.onnx}. */
    public static void write(Path folder, byte[] model) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("model.onnx"), model);
    }

    /** {@code Y = X * [first, second]}. */
    public static byte[] times(float first, float second) throws IOException {
        byte[] model = bytes("times-2-3");
        ByteBuffer bytes = ByteBuffer.wrap(model).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at <= model.length - 8; at++) {
            if (bytes.getFloat(at) == 2 && bytes.getFloat(at + 4) == 3) {
                bytes.putFloat(at, first).putFloat(at + 4, second);
                return model;
            }
        }
        throw new AssertionError("the factors are not where they were");
    }

    /** {@code echo = text}: text [N], answered as it is. */
    public static byte[] echo() throws IOException {
        byte[] type = field(2, field(1, varint(1, 8), field(2, field(1, field(2, "N".getBytes(UTF_8))))));
        byte[] node = field(1, field(1, "text".getBytes(UTF_8)), field(2, "echo".getBytes(UTF_8)), IDENTITY);
        byte[] graph = field(
                7,
                node,
                field(2, "echo".getBytes(UTF_8)),
                field(11, field(1, "text".getBytes(UTF_8)), type),
                field(12, field(1, "echo".getBytes(UTF_8)), type));
        return joined(varint(1, 8), field(8, varint(2, 13)), graph);
    }

    private static final byte[] IDENTITY = field(4, "Identity".getBytes(UTF_8));

    private static byte[] varint(int number, int value) {
        return new byte[] {(byte) (number << 3), (byte) value};
    }

    /** A field of protobuf, of less than 128 bytes. */
    private static byte[] field(int number, byte[]... parts) {
        byte[] content = joined(parts);
        return joined(new byte[] {(byte) (number << 3 | 2), (byte) content.length}, content);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** A request to {@code endless-loop}, served as {@code loop}. */
    static ModelInferRequest loopRequest(long rounds) {
        ByteBuffer n = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return ModelInferRequest.newBuilder()
                .setModelName("loop")
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("N")
                        .setDatatype("INT64"))
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("X")
                        .setDatatype("FP32")
                        .addShape(1))
                .addRawInputContents(ByteString.copyFrom(n.putLong(0, rounds)))
                .addRawInputContents(ByteString.copyFrom(new byte[Float.BYTES]))
                .build();
    }

    /** A request to {@code endless-loop}. */
    static String loopBody(long rounds) {
        return "{\"inputs\": {\"N\": %d, \"X\": [0.0]}}".formatted(rounds);
    }

    /** The folder of other people's models: named by SLIPWAY_CORPUS, or beside this repository; null where it is not. */
    public static Path corpusOrNull() {
        Path corpus = Optional.ofNullable(System.getenv("SLIPWAY_CORPUS"))
                .map(Path::of)
                .orElse(Path.of(System.getProperty("slipway.root"), "..", "shared", "corpus"))
                .normalize();
        return Files.isDirectory(corpus) ? corpus : null;
    }
}
