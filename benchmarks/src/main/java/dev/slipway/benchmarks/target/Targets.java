package dev.slipway.benchmarks.target;

import dev.slipway.benchmarks.model.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Starts the targets that are built in.
 *
 * @param root of the checkout
 * @param models that they serve
 * @param cores where they run
 * @param logs takes what they print
 */
public record Targets(Path root, Models models, Cores cores, Path logs) {
    /** The server of this project. */
    public static final String SLIPWAY = "slipway";
    /** The same without batching. */
    public static final String UNBATCHED = "unbatched";
    /** The same, whose loads have the priority of requests. */
    public static final String EQUAL_LOADS = "equal-loads";
    /** The same, which tells callers apart by their keys. */
    public static final String TENANTS = "tenants";
    /** The same, with an adaptive limit. */
    public static final String ADAPTIVE = "adaptive";
    /** A bare Vert.x server that gives the right answers: the transport's ceiling. */
    public static final String ECHO = "echo";
    /** A loop around ONNX Runtime: the model's ceiling. */
    public static final String BARE = "bare";
    /** Services that others write: folders in {@code benchmarks/peers} with a {@code start.sh}. */
    public static final List<String> PEERS = List.of("spring", "node");

    /**
     * Starts a target; it may not answer yet.
     *
     * @param title of the scenario, for its folder of models
     * @param served the models that it is to serve
     * @throws IOException when it can't be started; the message tells why
     */
    public Target start(String name, String title, List<String> served) throws IOException {
        return switch (name) {
            case SLIPWAY -> slipway(name, title, served, List.of());
            case UNBATCHED -> slipway(name, title, served, List.of("--enable_batching=false"));
            case EQUAL_LOADS -> slipway(name, title, served, List.of("--low_priority_loads=false"));
            case TENANTS -> tenants(title, served);
            case ADAPTIVE -> adaptive(title, served);
            case ECHO -> echo(served);
            default -> {
                Optional<Watching> watching = Watching.of(name);
                yield watching.isPresent() ? watched(watching.get(), title, served) : peer(name, title, served);
            }
        };
    }

    private Target slipway(String name, String title, List<String> served, List<String> options) throws IOException {
        List<String> all = new ArrayList<>(List.of(folder(name, title, served).toString()));
        all.addAll(options);
        return serving(name, all);
    }

    private Path folder(String name, String title, List<String> served) throws IOException {
        return models.folder(title + "-" + name, served, root.resolve("examples/models"));
    }

    private Target serving(String name, List<String> options) throws IOException {
        int port = ServerProcess.freePort();
        List<String> command = new ArrayList<>(List.of(
                root.resolve("slipway").toString(),
                "serve",
                "--port=" + ServerProcess.freePort(),
                "--rest_api_port=" + port));
        command.addAll(options);
        return LocalTarget.allProtocols(name, process(name, command), port);
    }

    private Target watched(Watching watching, String title, List<String> served) throws IOException {
        Collector collector = new Collector();
        boolean isStarted = false;
        try {
            Target started = watched(watching, title, served, collector);
            isStarted = true;
            return started;
        } finally {
            if (!isStarted) {
                collector.close();
            }
        }
    }

    private Target watched(Watching watching, String title, List<String> served, Collector collector)
            throws IOException {
        String name = watching.target();
        Path work = Files.createDirectories(logs.resolveSibling(name));
        String models = folder(name, title, served).toAbsolutePath().toString();
        Path file = Files.writeString(work.resolve("slipway.yaml"), watching.configuration(models, collector.url()));
        List<String> options = new ArrayList<>(List.of("--config=" + file));
        String key = "";
        if (watching.asksForKeys()) {
            Tenants callers = new Tenants(work);
            options.add("--access_file=" + callers.make(root.resolve("slipway")));
            key = callers.key(Tenants.QUIET);
        }
        return new WatchedTarget(serving(name, options), key, collector);
    }

    private Target tenants(String title, List<String> served) throws IOException {
        Path rules =
                new Tenants(Objects.requireNonNull(logs.toAbsolutePath().getParent())).make(root.resolve("slipway"));
        return slipway(TENANTS, title, served, List.of("--access_file=" + rules));
    }

    private Target adaptive(String title, List<String> served) throws IOException {
        Path folder = folder(ADAPTIVE, title, served).toAbsolutePath();
        Path file = Files.createDirectories(logs).resolveSibling("adaptive.yaml");
        Files.writeString(file, "repository: '%s'%ndefaults: {batching: {adaptive_limit: true}}%n".formatted(folder));
        return serving(ADAPTIVE, List.of("--config=" + file));
    }

    private Target echo(List<String> served) throws IOException {
        List<String> command = new ArrayList<>(program("echo"));
        List<Integer> ports = new ArrayList<>();
        for (String model : served) {
            int port = ServerProcess.freePort();
            ports.add(port);
            command.add("--serve=" + models.io(model) + "=" + port);
        }
        return LocalTarget.portEach(ECHO, process(ECHO, command), served, ports);
    }

    private Target peer(String name, String title, List<String> served) throws IOException {
        Path script = root.resolve("benchmarks/peers").resolve(name).resolve("start.sh");
        if (!Files.isExecutable(script)) {
            throw new IOException("%s is no program (expected: one that starts '%s')".formatted(script, name));
        }
        int port = ServerProcess.freePort();
        Path folder = models.folder(title + "-" + name, served, root.resolve("benchmarks/no-others"));
        List<String> command = List.of(script.toString(), Integer.toString(port), folder.toString());
        return LocalTarget.tfsRest(name, process(name, command), port);
    }

    /**
     * Starts the server with the examples and one model more, some times, on any core.
     *
     * @param archive whether it may use, and first make, its start-up archive
     * @throws IOException when it doesn't start, or not end as it should
     */
    public StartUp startUp(Jdk jdk, boolean archive, String model, int runs) throws IOException, InterruptedException {
        int port = ServerProcess.freePort();
        Path folder = models.folder("startup", List.of(model), root.resolve("examples/models"));
        List<String> command = cores.onAnyCore(List.of(
                "env",
                "SLIPWAY_JAVA_HOME=" + jdk.home(),
                "SLIPWAY_NO_STARTUP_ARCHIVE=" + (archive ? 0 : 1),
                root.resolve("slipway").toString(),
                "serve",
                folder.toString(),
                "--port=" + ServerProcess.freePort(),
                "--rest_api_port=" + port));
        Path log = Files.createDirectories(logs).resolve("startup.log");
        // The first start builds and makes the archive.
        StartUp.measure(new StartUp.Plan(command, port, 1, Duration.ZERO, log), models.workload(model));
        return StartUp.measure(
                new StartUp.Plan(command, port, runs, Duration.ofSeconds(2), log), models.workload(model));
    }

    /**
     * Starts the server, on any core, with many versions of one model, and waits until all are available.
     *
     * @param work takes the folder that they lie in
     */
    public Available manyVersions(String model, int count, int versions, Path work)
            throws IOException, InterruptedException {
        Path folder = Files.createDirectories(work.resolve("many"));
        StringBuilder config = new StringBuilder("model_config_list {\n");
        List<String> names = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            String name = "many-" + at;
            names.add(name);
            config.append("  config { name: \"%s\" base_path: \"%s\" model_version_policy { all {} } }%n"
                    .formatted(name, folder.resolve(name).toAbsolutePath()));
            for (int version = 1; version <= versions; version++) {
                Path file = folder.resolve(name).resolve(version + "/model.onnx");
                if (!Files.exists(file)) {
                    Files.createDirectories(file.getParent());
                    Files.copy(models.io(model).resolveSibling("model.onnx"), file);
                }
            }
        }
        Path file = Files.writeString(work.resolve("many.config"), config.append("}\n"));
        int port = ServerProcess.freePort();
        long begin = System.nanoTime();
        try (ServerProcess process = ServerProcess.start(
                "many",
                cores.onAnyCore(List.of(
                        root.resolve("slipway").toString(),
                        "serve",
                        "--model_config_file=" + file,
                        "--port=" + ServerProcess.freePort(),
                        "--rest_api_port=" + port)),
                logs.resolve("many.log"))) {
            return Available.await(process, port, begin, Duration.ofMinutes(10), names, versions);
        }
    }

    private ServerProcess process(String name, List<String> command) throws IOException {
        return ServerProcess.start(name, cores.onServerCore(command), logs.resolve(name + ".log"));
    }

    /** The command line of a program of this module, on the Java that runs this. */
    public List<String> program(String name) {
        List<String> command =
                new ArrayList<>(List.of(Cores.java().toString(), "-cp", System.getProperty("java.class.path")));
        if (Runtime.version().feature() >= 24) {
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        }
        command.addAll(List.of("dev.slipway.benchmarks.Benchmarks", name));
        return command;
    }
}
