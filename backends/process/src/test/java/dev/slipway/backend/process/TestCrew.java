package dev.slipway.backend.process;

import dev.slipway.api.BackendSettings;
import dev.slipway.api.DType;
import dev.slipway.api.Deadline;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.Servable;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.VersionChoice;
import dev.slipway.backend.common.TrialProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;

/** Writes models that {@link TestWorker} serves, and asks them. */
final class TestCrew {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private TestCrew() {}

    /** Without waiting after the first failures, as nobody would have it but a test. */
    static ProcessBackend backend() {
        return new ProcessBackend(
                new BackendSettings(2), new BackOff(Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofMillis(1)));
    }

    /**
     * Writes {@code worker.yaml}.
     *
     * @param notes where workers leave notes; not in the version's folder
     * @param more lines of the file
     * @param arguments of the worker
     */
    static Path write(Path folder, Path notes, String more, String... arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        StringBuilder command = new StringBuilder();
        for (String word : List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-Xshare:auto",
                "-cp",
                TrialProcess.origin(TestWorker.class).toString(),
                TestWorker.class.getName())) {
            command.append("  - '").append(word).append("'\n");
        }
        for (String word : arguments) {
            command.append("  - '").append(word).append("'\n");
        }
        command.append("  - '").append(notes).append("'\n");
        try {
            Files.createDirectories(notes);
            Files.writeString(Files.createDirectories(folder).resolve("worker.yaml"), """
                    command:
                    %s
                    inputs: [{name: x, dtype: FP32, shape: [-1]}]
                    outputs: [{name: y, dtype: FP32, shape: [-1]}, {name: n, dtype: INT64, shape: [1]}]
                    %s
                    """.formatted(command, more));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ProcessServable load(ProcessBackend backend, Path folder) {
        return (ProcessServable) backend.recognise(folder).orElseThrow().load();
    }

    static Tensor floats(float... values) {
        ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            data.putFloat(value);
        }
        return new Tensor(DType.FP32, Shape.of(values.length), data.flip());
    }

    static InferenceRequest request(Duration timeout, Tensor x) {
        return new InferenceRequest(
                new dev.slipway.api.Target("model", VersionChoice.LATEST, ""),
                Map.of("x", x),
                List.of(),
                Deadline.after(timeout, System.nanoTime()));
    }

    /** The output {@code y}. */
    static float[] ask(Servable model, float... x) {
        return ask(model, PATIENCE, x);
    }

    static float[] ask(Servable model, Duration timeout, float... x) {
        try (InferenceResult result = model.run(request(timeout, floats(x)))) {
            Tensor y = Assertions.assertThat(result.outputs())
                    .containsKey("y")
                    .actual()
                    .get("y");
            float[] values = new float[(int) y.elementCount()];
            y.data().asFloatBuffer().get(values);
            return values;
        }
    }

    static SlipwayException failure(Servable model, float... x) {
        return failure(model, PATIENCE, x);
    }

    static SlipwayException failure(Servable model, Duration timeout, float... x) {
        return Assertions.catchThrowableOfType(SlipwayException.class, () -> ask(model, timeout, x));
    }

    static void await(java.util.function.BooleanSupplier so) {
        while (!so.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new AssertionError("what was waited for did not come");
            }
            Thread.onSpinWait();
        }
    }

    /** Of the workers that were started with these notes, the ended ones included. */
    static List<Long> pids(Path notes) {
        try (Stream<Path> files = Files.list(notes)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("pid-"))
                    .map(name -> Long.valueOf(name.substring(4)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One that has ended counts as ended even where init takes its time to ask for it. */
    static boolean isAlive(long pid) {
        try {
            Path stat = Path.of("/proc/" + pid + "/stat");
            if (Files.exists(stat)) {
                String text = Files.readString(stat, java.nio.charset.StandardCharsets.ISO_8859_1);
                return text.charAt(text.lastIndexOf(')') + 2) != 'Z';
            }
        } catch (IOException e) {
            return false;
        }
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }
}
