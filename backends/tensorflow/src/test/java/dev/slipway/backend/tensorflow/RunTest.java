package dev.slipway.backend.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.Backend;
import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.LoadOptions;
import dev.slipway.api.Servable;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.backend.common.WireWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunTest {
    @TempDir
    Path folder;

    private final Backend backend = TestModels.open();

    @AfterEach
    void noTensorIsLeft() {
        assertThat(NativeTensors.live()).isZero();
    }

    private Servable load(GraphFile graph, LoadOptions options) throws Exception {
        Path file = Files.write(folder.resolve("model.pb"), graph.toBytes());
        return TestModels.loader(backend, file).with(options).load();
    }

    /** A graph that takes from a queue into which nothing is ever put. */
    private static GraphFile waiting() {
        WireWriter floats = new WireWriter().message(1, new WireWriter().varint(6, GraphFile.FLOAT));
        return new GraphFile()
                .node("queue", "FIFOQueueV2", List.of(), Map.of("component_types", floats))
                .node("taken", "QueueDequeueV2", List.of("queue"), Map.of("component_types", floats));
    }

    @ParameterizedTest(name = "deterministic: {0}")
    @ValueSource(booleans = {false, true})
    void stopsWaitingWhenTheDeadlinePasses(boolean isDeterministic) throws Exception {
        try (Servable servable = load(waiting(), new LoadOptions(isDeterministic, null, Map.of()))) {
            InferenceRequest request = TestModels.request("", Map.of(), Duration.ofMillis(200));
            assertThatThrownBy(() -> servable.run(request))
                    .isInstanceOfSatisfying(
                            SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
        }
    }

    /** The input is the output: memory that outlives the request. */
    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"MAP", "STRING"})
    void answersEveryTypeOfNumber(DType dtype) throws Exception {
        int type = DataTypes.number(dtype);
        GraphFile graph = new GraphFile().placeholder("x", type, -1).node("y", "Identity", type, "x");
        byte[] bytes = new byte[3 * dtype.byteSize()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (dtype == DType.BOOL ? i & 1 : 3 * i + 1);
        }
        try (Servable servable = load(graph, LoadOptions.NONE)) {
            ByteBuffer given =
                    ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
            try (InferenceResult result =
                    servable.run(TestModels.request("", Map.of("x", new Tensor(dtype, Shape.of(3), given))))) {
                given.put(0, (byte) 99);
                Tensor found = result.outputs().get("y");
                assertThat(found.dtype()).isEqualTo(dtype);
                assertThat(found.data()).isEqualTo(ByteBuffer.wrap(bytes));
            }
        }
    }

    @Test
    void answersTensorsWithoutElements() throws Exception {
        GraphFile graph = new GraphFile()
                .placeholder("x", GraphFile.FLOAT, -1, 2)
                .placeholder("s", GraphFile.STRING, -1)
                .node("y", "Identity", GraphFile.FLOAT, "x")
                .node("t", "Identity", GraphFile.STRING, "s");
        try (Servable servable = load(graph, LoadOptions.NONE);
                InferenceResult result = servable.run(TestModels.request(
                        "", Map.of("x", TestModels.floats(Shape.of(0, 2)), "s", TestModels.texts())))) {
            assertThat(result.outputs().get("y").shape()).isEqualTo(Shape.of(0, 2));
            assertThat(result.outputs().get("t").shape()).isEqualTo(Shape.of(0));
        }
    }

    @Test
    void refusesTextsThatEndBeyondTheirBytes() throws Exception {
        GraphFile graph = new GraphFile().placeholder("s", GraphFile.STRING, -1).node("t", "Identity", 7, "s");
        Tensor cut = new Tensor(DType.STRING, Shape.of(2), ByteBuffer.wrap(new byte[] {1, 0, 0, 0, 'a', 9, 0, 0, 0}));
        try (Servable servable = load(graph, LoadOptions.NONE)) {
            assertThatThrownBy(() -> servable.run(TestModels.request("", Map.of("s", cut))))
                    .hasMessageContaining("text 1");
        }
    }

    @Test
    void givesInputsBackWhenALaterOneIsRefused() throws Exception {
        GraphFile graph = new GraphFile()
                .placeholder("a", GraphFile.FLOAT, -1)
                .placeholder("b", GraphFile.FLOAT, 3)
                .node("y", "AddV2", GraphFile.FLOAT, "a", "b");
        try (Servable servable = load(graph, LoadOptions.NONE)) {
            Tensor two = TestModels.floats(Shape.of(2), 1, 2);
            assertThatThrownBy(() -> servable.run(TestModels.request("", Map.of("a", two, "b", two))))
                    .hasMessageContaining("input 'b'");
            // Sizes that do not go together: TensorFlow itself refuses.
            Tensor three = TestModels.floats(Shape.of(3), 1, 2, 3);
            assertThatThrownBy(() -> servable.run(TestModels.request("", Map.of("a", two, "b", three))))
                    .isInstanceOfSatisfying(
                            SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
        }
    }

    @Test
    void runsWithThreadsOfItsOwnAndOnTheCallersAlone() throws Exception {
        GraphFile graph =
                new GraphFile().placeholder("x", GraphFile.FLOAT, -1).node("y", "AddV2", GraphFile.FLOAT, "x", "x");
        for (LoadOptions options : List.of(
                TestModels.parameter("inter_op_parallelism_threads", "1"), new LoadOptions(true, null, Map.of()))) {
            try (Servable servable = load(graph, options)) {
                for (int run = 0; run < 20; run++) {
                    try (InferenceResult result =
                            servable.run(TestModels.request("", Map.of("x", TestModels.floats(Shape.of(2), run, 1))))) {
                        assertThat(TestModels.floats(result.outputs().get("y"))).containsExactly(2f * run, 2);
                    }
                }
            }
        }
    }
}
