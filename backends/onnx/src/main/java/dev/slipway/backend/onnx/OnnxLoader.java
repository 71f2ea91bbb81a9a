package dev.slipway.backend.onnx;

import static dev.slipway.api.ErrorCode.UNIMPLEMENTED;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.slipway.api.LoadOptions;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.SlipwayException;
import dev.slipway.backend.onnx.OrtRuntime.Threads;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Loads one ONNX file, once its header has passed every check. */
final class OnnxLoader implements Loader {
    private static final System.Logger LOGGER = System.getLogger(OnnxLoader.class.getName());

    private final OnnxBackend backend;
    private final Path path;
    private final LoadOptions options;

    OnnxLoader(OnnxBackend backend, Path path) {
        this(backend, path, LoadOptions.NONE);
    }

    private OnnxLoader(OnnxBackend backend, Path path, LoadOptions options) {
        this.backend = backend;
        this.path = path;
        this.options = options;
    }

    @Override
    public Loader with(LoadOptions changed) {
        changed.check(format(), false, Set.of());
        return new OnnxLoader(backend, path, changed);
    }

    @Override
    public String format() {
        return OnnxBackend.NAME;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public List<Path> files() {
        List<Path> files = new ArrayList<>(List.of(path));
        for (TensorHeader tensor : ModelReader.read(path).graph().initializers()) {
            String location = tensor.external().getOrDefault("location", "");
            Path data = path.resolveSibling(location);
            if (tensor.isExternal() && !files.contains(data)) {
                files.add(data);
            }
        }
        return files;
    }

    @Override
    public ModelDescription describe() {
        return CheckedModel.of(path).description();
    }

    @Override
    public Servable load() {
        CheckedModel checked = CheckedModel.of(path);
        OnnxServable servable = open(checked, options.isDeterministic() ? Threads.DETERMINISTIC : Threads.CALLER);
        Optional<Servable> forest = forest(checked, servable);
        if (forest.isPresent()) {
            return forest.get();
        }
        if (!options.isDeterministic()
                && backend.runtime().intraOpThreads() > 1
                && Trial.isCostly(servable, System::nanoTime)) {
            // One at a time: two sessions would hold the weights twice.
            servable.close();
            servable = open(checked, Threads.SHARED);
        }
        // Packing the weights for the processor leaves about as much free memory behind as they take.
        NativeHeap.freed(checked.description().memoryBytes());
        return servable;
    }

    /** A tree ensemble runs without the session, which is then closed; empty for all other models. */
    private Optional<Servable> forest(CheckedModel checked, OnnxServable servable) {
        Optional<ForestGraph> graph = ForestGraph.of(path, checked);
        if (graph.isEmpty()) {
            return Optional.empty();
        }
        ForestServable forest = new ForestServable(
                String.valueOf(path.getFileName()),
                checked,
                graph.get(),
                backend.holdings().claim(checked.description().memoryBytes()));
        if (!ForestTrial.isSame(forest, servable, graph.get())) {
            forest.close();
            LOGGER.log(System.Logger.Level.DEBUG, "''{0}'' has trees that only the runtime runs", path);
            return Optional.empty();
        }
        servable.close();
        return Optional.of(forest);
    }

    private OnnxServable open(CheckedModel checked, Threads threads) {
        String file = String.valueOf(path.getFileName());
        Opened opened = session(file, checked, threads);
        boolean isLoaded = false;
        try {
            names(file, "input", checked.inputs(), opened.session().getInputNames());
            names(
                    file,
                    "output",
                    opened.outputs().stream().map(Output::port).toList(),
                    opened.session().getOutputNames());
            OnnxServable servable = new OnnxServable(
                    new OnnxModel(
                            file,
                            checked,
                            opened.session(),
                            opened.outputs(),
                            new OutputShapes(checked, opened.outputs()),
                            backend.runtime(),
                            backend.conversions(),
                            backend.watchdog()),
                    backend.holdings().claim(checked.description().memoryBytes()));
            isLoaded = true;
            return servable;
        } finally {
            if (!isLoaded) {
                Conversions.close(opened.session());
            }
        }
    }

    /** A session and what it gives. */
    private record Opened(OrtSession session, List<Output> outputs) {}

    private Opened session(String file, CheckedModel checked, Threads threads) {
        Optional<ZipMapCut.Cut> cut = ZipMapCut.of(path, checked);
        if (cut.isPresent()) {
            try {
                return new Opened(
                        backend.runtime().open(cut.get().bytes().array(), threads),
                        cut.get().outputs());
            } catch (OrtException e) {
                // Opened as it is, the file may do; if not, it is the file of which the message should speak.
                LOGGER.log(System.Logger.Level.DEBUG, "'" + file + "' does not load without its ZipMap nodes", e);
            }
        }
        try {
            return new Opened(
                    backend.runtime().open(path, threads),
                    checked.outputs().stream().map(Output::of).toList());
        } catch (OrtException e) {
            throw OrtErrors.load(file, e);
        }
    }

    /** Names beyond U+FFFF are garbled by the runtime's Java API, which could then neither feed nor fetch them. */
    private static void names(String file, String role, List<Port> ports, Set<String> names) {
        for (Port port : ports) {
            if (!names.contains(port.name())) {
                throw new SlipwayException(
                        UNIMPLEMENTED,
                        "'%s': ONNX Runtime does not know the %s '%s' by this name (found: %s)"
                                .formatted(file, role, port.name(), names));
            }
        }
    }
}
