package dev.slipway.backend.process;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendContract;
import dev.slipway.api.BackendSettings;
import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ProcessContractTest extends BackendContract {
    @TempDir
    Path folder;

    @Override
    protected Backend open() {
        return new ProcessProvider().open(new BackendSettings(2));
    }

    @Override
    protected List<GoodModel> goodModels() {
        Path one = TestCrew.write(folder.resolve("one/1"), folder.resolve("notes"), "");
        Path more = TestCrew.write(folder.resolve("more/1"), folder.resolve("notes"), "workers: 3");
        List<Example> examples = List.of(example(1, 2, 3), example(5), example());
        return List.of(new GoodModel(one, examples), new GoodModel(more, examples));
    }

    private static Example example(float... x) {
        float[] y = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = 2 * x[i];
        }
        ByteBuffer n = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(x.length)
                .flip();
        return new Example(
                Map.of("x", TestCrew.floats(x)),
                Map.of("y", TestCrew.floats(y), "n", new Tensor(DType.INT64, Shape.of(1), n)));
    }

    @Override
    protected List<Path> brokenModels() throws IOException {
        String tensors = "inputs: [{name: x, dtype: FP32}]\noutputs: [{name: y, dtype: FP32}]\n";
        return List.of(
                broken("no-yaml", "command: [a\nb: }"),
                broken("no-command", tensors),
                broken("no-signature", "command: [java]"),
                broken("no-program", "command: [there-is-no-such-program]\n" + tensors),
                broken("no-file", "command: [./worker]\n" + tensors),
                broken("ends-at-once", "command: ['false']\n" + tensors),
                broken("never-connects", "command: [sleep, '1000']\nstart_timeout: 200ms\n" + tensors),
                broken("tags", "command: !!javax.script.ScriptEngineManager [a]\n" + tensors));
    }

    private Path broken(String name, String text) throws IOException {
        Path model = Files.createDirectories(folder.resolve(name).resolve("1"));
        Files.writeString(model.resolve("worker.yaml"), text);
        return model;
    }

    @Override
    protected List<Path> foreignFiles() throws IOException {
        Path other = Files.createDirectories(folder.resolve("other"));
        Files.writeString(other.resolve("worker.py"), "");
        return List.of(
                other, other.resolve("worker.py"), Files.writeString(folder.resolve("worker.yaml"), "command: [a]"));
    }
}
