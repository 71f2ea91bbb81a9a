package dev.slipway.benchmarks.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.slipway.benchmarks.target.BareOnnxRuntime;
import dev.slipway.benchmarks.wire.Proto;
import dev.slipway.benchmarks.wire.Tensor;
import dev.slipway.benchmarks.wire.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelsTest {
    private static final Path ROOT = Path.of(System.getProperty("slipway.root"));

    @TempDir
    Path folder;

    private Models models;

    @BeforeEach
    void findModels() {
        models = new Models(ROOT.resolve("benchmarks/models"), folder.resolve("no-corpus"), folder.resolve("work"));
    }

    /** The expected values are computed without the runtime, so this compares both. */
    @ParameterizedTest
    @ValueSource(strings = {Models.TINY, Models.MEDIUM, Models.DEEP, Models.LARGE, Models.PICTURE})
    void answerRightlyInBatchesOfAnySize(String name) throws Exception {
        Path io = models.io(name);
        try (BareOnnxRuntime bare = new BareOnnxRuntime(Workload.read(io), io.resolveSibling("model.onnx"))) {
            for (int rows : List.of(1, 3)) {
                assertThat(bare.measure(BareOnnxRuntime.Outputs.PINNED, rows, Duration.ofMillis(1))
                                .requests())
                        .isPositive()
                        .matches(count -> count % rows == 0);
            }
        }
    }

    @Test
    void aWrongAnswerIsNoMeasurement() throws Exception {
        Path io = models.io(Models.TINY);
        Workload right = Workload.read(io);
        Workload wrong = new Workload(right.model(), right.input(), Tensor.row("y", List.of(1f, 2f, 3f)));
        try (BareOnnxRuntime bare = new BareOnnxRuntime(wrong, io.resolveSibling("model.onnx"))) {
            assertThatThrownBy(() -> bare.measure(BareOnnxRuntime.Outputs.MADE, 2, Duration.ofMillis(1)))
                    .hasMessageContaining("the model of 'mlp-4-16-3' answers");
        }
    }

    @Test
    void areGeneratedTheSameEachTime() throws IOException {
        byte[] first = Files.readAllBytes(models.io(Models.MEDIUM).resolveSibling("model.onnx"));
        Models others = new Models(folder, folder, folder.resolve("other"));
        assertThat(others.io(Models.MEDIUM).resolveSibling("model.onnx")).hasBinaryContent(first);
    }

    @Test
    void areCopiedIntoAFolderThatHoldsNothingElse() throws IOException {
        Files.createDirectories(folder.resolve("others/iris/1"));
        Files.writeString(folder.resolve("others/iris/1/model.onnx"), "iris");
        Path served = models.folder("tiny", List.of(Models.TINY), folder.resolve("others"));
        assertThat(served.resolve("mlp-4-16-3/1/model.onnx")).isRegularFile();
        assertThat(served.resolve("iris/1/model.onnx")).hasContent("iris");
        Path again = models.folder("tiny", List.of(Models.LARGE), folder.resolve("none"));
        assertThat(again).isDirectoryNotContaining("glob:**mlp-4-16-3").isDirectoryContaining("glob:**" + Models.LARGE);
    }

    @Test
    void sayWhatIsMissing() {
        assertThat(models.has(Models.TINY)).isTrue();
        assertThat(models.has(Models.RESNET)).isFalse();
        assertThatThrownBy(() -> models.io(Models.RESNET)).hasMessageContaining("no model 'light-resnet50'");
    }

    /** A model exported for one row, which reshapes to [1, 4], as ResNet-50 does before its last layer. */
    @Test
    void freesTheBatchOfAModelThatWasExportedForOneRow() throws Exception {
        byte[] shape = Proto.message(tensor -> {
            tensor.writeInt64(1, 2);
            tensor.writeInt32(2, 7);
            tensor.writeByteArray(7, Proto.message(sizes -> {
                sizes.writeInt64NoTag(1);
                sizes.writeInt64NoTag(4);
            }));
            tensor.writeString(8, "shape");
        });
        byte[] node = Proto.message(out -> {
            out.writeString(1, "x");
            out.writeString(1, "shape");
            out.writeString(2, "y");
            out.writeString(4, "Reshape");
        });
        byte[] fixed = Proto.message(model -> {
            model.writeInt64(1, 8);
            model.writeByteArray(7, Proto.message(graph -> {
                graph.writeByteArray(1, node);
                graph.writeString(2, "g");
                graph.writeByteArray(5, shape);
                graph.writeByteArray(11, value("x", 1, 2, 2));
                graph.writeByteArray(12, value("y", 1, 4));
            }));
            model.writeByteArray(8, Proto.message(opset -> opset.writeInt64(2, 13)));
        });
        assertThat(batches(fixed)).isEqualTo(Map.of("x", 1L, "y", 1L));
        byte[] freed = FreeBatch.of(fixed, "x", "y");
        assertThat(batches(freed)).isEqualTo(Map.of("x", -1L, "y", -1L));
        Path file = Files.write(folder.resolve("freed.onnx"), freed);
        List<Float> values = List.of(1f, 2f, 3f, 4f);
        Workload workload = new Workload("m", new Tensor("x", List.of(1L, 2L, 2L), values), Tensor.row("y", values));
        try (BareOnnxRuntime bare = new BareOnnxRuntime(workload, file)) {
            assertThat(bare.measure(BareOnnxRuntime.Outputs.PINNED, 3, Duration.ofMillis(1))
                            .requests())
                    .isPositive();
        }
    }

    private static byte[] value(String name, long... sizes) {
        byte[] shape = Proto.message(out -> {
            for (long size : sizes) {
                out.writeByteArray(1, Proto.message(dimension -> dimension.writeInt64(1, size)));
            }
        });
        byte[] tensor = Proto.message(out -> {
            out.writeInt32(1, 1);
            out.writeByteArray(2, shape);
        });
        return Proto.message(out -> {
            out.writeString(1, name);
            out.writeByteArray(2, Proto.message(type -> type.writeByteArray(1, tensor)));
        });
    }

    private static Map<String, Long> batches(byte[] model) throws Exception {
        try (OrtSession session = OrtEnvironment.getEnvironment().createSession(model)) {
            TensorInfo input = (TensorInfo) session.getInputInfo().get("x").getInfo();
            TensorInfo output = (TensorInfo) session.getOutputInfo().get("y").getInfo();
            return Map.of("x", input.getShape()[0], "y", output.getShape()[0]);
        }
    }

    @Test
    void readsATensorOfOnnx() throws IOException {
        byte[] proto = Proto.message(tensor -> {
            tensor.writeInt64(1, 1);
            tensor.writeInt64(1, 2);
            tensor.writeInt32(2, 1);
            tensor.writeByteArray(9, new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, (byte) 0xbf});
        });
        assertThat(CorpusModel.tensor("x", proto)).isEqualTo(Tensor.row("x", List.of(1f, -0.5f)));
    }
}
