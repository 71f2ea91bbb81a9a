package dev.slipway.backend.process;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.TensorSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says how an archive of TorchServe or MXNet Model Server whose handler is Python is run: by our script {@code
 * slipway_mar.py}, which gives the handler what these servers give.
 *
 * @see <a href="https://github.com/pytorch/serve/blob/master/docs/custom_service.md">TorchServe: custom service</a>
 */
final class HandlerArchive {
    static final String MANIFEST = "MAR-INF/MANIFEST.json";

    /** What runs it, unless people name another. */
    static final String PYTHON = "python3";

    /** Before the name of one of our own scripts in a command. */
    static final String SCRIPTS = "slipway-scripts:";

    /** TorchServe's default_response_timeout. */
    private static final Duration RESPONSE_TIME = Duration.ofMinutes(2);

    private static final Duration START_TIME = Duration.ofMinutes(2);

    /** Python with a framework takes a while to start. */
    static final WorkerSpec.Times TIMES = new WorkerSpec.Times(
            START_TIME, RESPONSE_TIME, WorkerSpec.Times.DEFAULT.health(), WorkerSpec.Times.DEFAULT.stop());

    private HandlerArchive() {}

    /** The archive's, when {@code path} is the folder of its manifest. */
    static Optional<Path> folder(Path path) {
        Path archive = path.getParent();
        return archive != null && path.endsWith("MAR-INF") && Files.isRegularFile(archive.resolve(MANIFEST))
                ? Optional.of(archive)
                : Optional.empty();
    }

    /**
     * The request's body as it came, and how the answer is to go.
     *
     * @param isBatched whether the handler takes several at once, as whoever made the archive says; TorchServe's are asked
     *     one by one otherwise, and may count on it
     */
    private static Signature signature(boolean isBatched) {
        Shape shape = Shape.of(isBatched ? -1 : 1);
        return new Signature(
                Signature.DEFAULT,
                List.of(
                        new TensorSpec("body", DType.STRING, shape),
                        new TensorSpec("content_type", DType.STRING, shape, false, true)),
                List.of(
                        new TensorSpec("body", DType.STRING, shape),
                        new TensorSpec("content_type", DType.STRING, shape)));
    }

    /** @throws dev.slipway.api.SlipwayException {@code INVALID_ARGUMENT} for a manifest without such a handler */
    static WorkerSpec read(Path folder) {
        Settings manifest = Settings.of(MANIFEST, SafeYaml.read(folder.resolve(MANIFEST)));
        Settings model = Settings.of(MANIFEST + ": model", manifest.values().get("model"));
        String handler = model.text("handler", "");
        if (!hasCode(folder, handler)) {
            throw model.wrong("handler", "a file of Python in the archive, with :FUNCTION after it or without");
        }
        Settings config = config(folder, model.text("configFile", ""));
        int workers = (int) config.whole("minWorkers", 1, 1, WorkerSpec.Limits.WORKERS_MAX);
        Duration response =
                Duration.ofSeconds(config.whole("responseTimeout", RESPONSE_TIME.toSeconds(), 1, 1_000_000));
        Duration start = Duration.ofSeconds(config.whole("startupTimeout", START_TIME.toSeconds(), 1, 1_000_000));
        WorkerSpec.Limits none = WorkerSpec.Limits.NONE;
        WorkerSpec.Times usual = WorkerSpec.Times.DEFAULT;
        return new WorkerSpec(
                        List.of(PYTHON, SCRIPTS + "slipway_mar.py"),
                        Map.of(),
                        signature(config.whole("batchSize", 1, 1, 1_000_000) > 1),
                        none,
                        new WorkerSpec.Times(start, response, usual.health(), usual.stop()))
                .withWorkers(workers);
    }

    /** What model-config.yaml says, of which only some is heeded here; the handler sees none of it. */
    private static Settings config(Path folder, String name) {
        Path file = folder.resolve(name).normalize();
        return name.isEmpty() || !file.startsWith(folder) || !Files.isRegularFile(file)
                ? new Settings("model-config.yaml", new LinkedHashMap<>())
                : Settings.of(name, SafeYaml.read(file));
    }

    /** Whether the handler is a file in the archive: {@code handler.py}, {@code handler.py:handle}, {@code handler:handle}. */
    private static boolean hasCode(Path folder, String handler) {
        String module = handler.split(":", 2)[0];
        String bare = module.endsWith(".py") ? module.substring(0, module.length() - 3) : module;
        Path file = folder.resolve(bare + ".py").normalize();
        return !bare.isEmpty() && file.startsWith(folder) && Files.isRegularFile(file);
    }
}
