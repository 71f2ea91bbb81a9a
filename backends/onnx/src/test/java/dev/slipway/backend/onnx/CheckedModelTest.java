package dev.slipway.backend.onnx;

import static dev.slipway.backend.onnx.OnnxFile.FLOAT;
import static dev.slipway.backend.onnx.OnnxFile.INT64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.TensorSpec;
import dev.slipway.backend.common.WireWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckedModelTest {
    @TempDir
    Path folder;

    @Test
    void describesWhatTheFileSays() throws IOException {
        ModelDescription description = describe(relu().metadata("author", "Ada").metadata("producer", "forged"));
        assertThat(description.platform()).isEqualTo("onnxruntime_onnx");
        assertThat(description.signatures().get(Signature.DEFAULT))
                .isEqualTo(new Signature(
                        Signature.DEFAULT,
                        List.of(new TensorSpec("x", DType.FP32, Shape.of(-1, 2))),
                        List.of(new TensorSpec("y", DType.FP32, Shape.of(-1, 2)))));
        assertThat(description.metadata())
                .containsEntry("producer", "slipway-tests")
                .containsEntry("opset.ai.onnx", "17")
                .containsEntry("ir_version", "8")
                .containsEntry("author", "Ada");
    }

    @Test
    void leavesInitializersOutOfTheInputs() throws IOException {
        ModelDescription description = describe(new OnnxFile()
                .input("x", FLOAT, "n")
                .input("w", FLOAT, 1)
                .initializer(OnnxFile.floats("w", new long[] {1}, 2))
                .output("y", FLOAT, "n")
                .node("Mul", List.of("x", "w"), List.of("y")));
        assertThat(description.signatures().get(Signature.DEFAULT).inputs())
                .extracting(TensorSpec::name)
                .containsExactly("x");
    }

    @Test
    void tellsNoShapeFromAScalar() throws IOException {
        WireWriter unshaped = new WireWriter().message(1, new WireWriter().varint(1, FLOAT));
        Signature signature = describe(new OnnxFile()
                        .input("x", unshaped)
                        .input("s", FLOAT)
                        .output("y", unshaped)
                        .node("Add", List.of("x", "s"), List.of("y")))
                .signatures()
                .get(Signature.DEFAULT);
        assertThat(signature.inputs()).extracting(TensorSpec::shape).containsExactly(Shape.ANY, Shape.SCALAR);
    }

    @Test
    void refusesEveryCutOfAFile() throws IOException {
        byte[] whole = relu().initializer(OnnxFile.floats("w", new long[] {3}, 1, 2, 3))
                .toBytes();
        Path path = folder.resolve("cut.onnx");
        for (int length = 0; length < whole.length; length++) {
            Files.write(path, Arrays.copyOf(whole, length));
            refused(path, ErrorCode.INVALID_ARGUMENT, "'cut.onnx'");
        }
        Files.write(path, whole);
        assertThat(CheckedModel.of(path).inputs()).hasSize(1);
    }

    @Test
    void neverFailsInAnyOtherWay() throws IOException {
        byte[] whole = Files.readAllBytes(TestModels.example("compass", 1).resolve("model.onnx"));
        Random random = new Random(7);
        Path path = folder.resolve("fuzzed.onnx");
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = whole.clone();
            for (int change = 0; change <= round % 4; change++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            Files.write(path, bytes);
            try {
                CheckedModel.of(path);
            } catch (SlipwayException e) {
                assertThat(e.code()).isIn(ErrorCode.INVALID_ARGUMENT, ErrorCode.UNIMPLEMENTED);
                assertThat(e.getMessage()).contains("'fuzzed.onnx'");
            }
        }
    }

    @Test
    void skipsWeightsWithoutReadingThem() throws IOException {
        long floats = 100_000_000L;
        OnnxFile file = relu();
        Path path = folder.resolve("large.onnx");
        byte[] head =
                new WireWriter().varint(1, floats).varint(2, FLOAT).text(8, "w").toBytes();
        byte[] graph = file.graph().toBytes();
        byte[] rawField = varint(9 << 3 | 2, 4 * floats);
        byte[] tensorField = varint(5 << 3 | 2, head.length + rawField.length + 4 * floats);
        byte[] graphField =
                varint(7 << 3 | 2, graph.length + tensorField.length + head.length + rawField.length + 4 * floats);
        try (RandomAccessFile out = new RandomAccessFile(path.toFile(), "rw")) {
            out.write(new WireWriter()
                    .varint(1, 8)
                    .message(8, new WireWriter().text(1, "").varint(2, 17))
                    .toBytes());
            out.write(graphField);
            out.write(graph);
            out.write(tensorField);
            out.write(head);
            out.write(rawField);
            out.setLength(out.getFilePointer() + 4 * floats);
        }
        assertThat(CheckedModel.of(path).description().memoryBytes()).isGreaterThan(4 * floats);
    }

    private static byte[] varint(int tag, long length) {
        byte[] written = new WireWriter().varint(1, length).toBytes();
        written[0] = (byte) tag;
        return written;
    }

    @Test
    void refusesVersionsThatTheRuntimeDoesNotHave() throws IOException {
        refused(relu().irVersion(14), ErrorCode.UNIMPLEMENTED, "IR version 14 (expected: at most 13)");
        refused(relu().opset(27), ErrorCode.UNIMPLEMENTED, "opset 27 of ai.onnx (expected: 1 to 26)");
        refused(relu().opset("ai.onnx.ml", 6), ErrorCode.UNIMPLEMENTED, "opset 6 of ai.onnx.ml (expected: 1 to 5)");
    }

    @Test
    void refusesConstantsWhoseSizesAndBytesDisagree() throws IOException {
        refused(
                relu().initializer(OnnxFile.tensor("w", FLOAT, new long[] {2, 2}, new byte[15])),
                ErrorCode.INVALID_ARGUMENT,
                "tensor 'w' of shape [2, 2] has 15 bytes (expected: 16)");
        refused(
                relu().initializer(OnnxFile.tensor("w", FLOAT, new long[] {1L << 40, 1L << 40}, new byte[4])),
                ErrorCode.INVALID_ARGUMENT,
                "(expected: more than 2^63)");
        refused(
                relu().initializer(OnnxFile.tensor("w", FLOAT, new long[] {-1}, new byte[0])),
                ErrorCode.INVALID_ARGUMENT,
                "no negative size");
        refused(
                relu().initializer(OnnxFile.strings("w", new long[] {3}, "one", "two")),
                ErrorCode.INVALID_ARGUMENT,
                "has 2 elements (expected: 3)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/etc/hostname", "../secret.bin", "a/../../secret.bin", "..\\secret.bin", "C:\\x", "", "link"})
    void keepsDataFilesInsideTheModelsFolder(String location) throws IOException {
        Path inside = Files.createDirectories(folder.resolve("model"));
        Files.write(folder.resolve("secret.bin"), new byte[64]);
        Files.createSymbolicLink(inside.resolve("link"), folder.resolve("secret.bin"));
        Path path = Files.write(
                inside.resolve("model.onnx"),
                relu().initializer(OnnxFile.external("w", new long[] {2}, location, 0, 8))
                        .toBytes());
        refused(path, ErrorCode.INVALID_ARGUMENT, "tensor 'w' keeps its data in '" + location + "'");
    }

    @Test
    void takesDataFilesThatHoldWhatTheyMust() throws IOException {
        Files.write(Files.createDirectories(folder.resolve("data")).resolve("w.bin"), new byte[24]);
        describe(relu().initializer(OnnxFile.external("w", new long[] {2}, "data/w.bin", 16, 8)));
        describe(relu().initializer(OnnxFile.external("w", new long[] {2}, "data/w.bin", -1, -1)));
        refused(
                relu().initializer(OnnxFile.external("w", new long[] {2}, "data/w.bin", 17, 8)),
                ErrorCode.INVALID_ARGUMENT,
                "keeps bytes 17 to 25 in 'data/w.bin', which has 24");
        refused(
                relu().initializer(OnnxFile.external("w", new long[] {2}, "data/w.bin", 0, 4)),
                ErrorCode.INVALID_ARGUMENT,
                "states 4 bytes in 'data/w.bin' (expected: 8)");
        refused(
                relu().initializer(OnnxFile.external("w", new long[] {2}, "data", 0, 8)),
                ErrorCode.INVALID_ARGUMENT,
                "which is no file");
        refused(
                relu().initializer(OnnxFile.external("w", new long[] {2}, "data/none.bin", 0, 8)),
                ErrorCode.INVALID_ARGUMENT,
                "'data/none.bin', which is not there");
    }

    @Test
    void refusesInputsThatCannotBeFedByName() throws IOException {
        OnnxFile file = new OnnxFile()
                .input("tokens", OnnxFile.sequenceType(OnnxFile.tensorType(INT64, "n")))
                .output("n", INT64)
                .node("SequenceLength", List.of("tokens"), List.of("n"));
        refused(file, ErrorCode.UNIMPLEMENTED, "input 'tokens' has type sequence(int64)");
        OnnxFile complex =
                new OnnxFile().input("z", 14, 1).output("y", FLOAT, 1).node("Abs", List.of("z"), List.of("y"));
        refused(complex, ErrorCode.UNIMPLEMENTED, "input 'z' has type complex64");
    }

    @Test
    void foreseesWhatAFewBytesGrowTo() throws IOException {
        ModelDescription description = describe(new OnnxFile()
                .initializer(OnnxFile.longs("shape", new long[] {2}, 10_000, 10_000))
                .output("y", FLOAT, 10_000, 10_000)
                .node("ConstantOfShape", List.of("shape"), List.of("y")));
        assertThat(description.memoryBytes()).isBetween(400_000_000L, 410_000_000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"version https://git-lfs.github.com/spec/v1", "<html>not found</html>", "{\"a\": 1}"})
    void saysWhatATextIs(String text) throws IOException {
        Path path = Files.writeString(folder.resolve("text.onnx"), text);
        refused(path, ErrorCode.INVALID_ARGUMENT, text.startsWith("version") ? "Git LFS" : "text that starts with");
    }

    private static OnnxFile relu() {
        return new OnnxFile()
                .input("x", FLOAT, "n", 2)
                .output("y", FLOAT, "n", 2)
                .node("Relu", List.of("x"), List.of("y"));
    }

    private ModelDescription describe(OnnxFile file) throws IOException {
        return CheckedModel.of(TestModels.write(folder, file)).description();
    }

    private void refused(OnnxFile file, ErrorCode code, String reason) throws IOException {
        refused(TestModels.write(folder, file), code, reason);
    }

    private static void refused(Path path, ErrorCode code, String reason) {
        assertThatThrownBy(() -> CheckedModel.of(path))
                .isInstanceOfSatisfying(
                        SlipwayException.class,
                        e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
                .hasMessageContaining(reason);
    }
}
