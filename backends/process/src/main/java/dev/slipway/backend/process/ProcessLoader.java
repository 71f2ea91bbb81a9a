package dev.slipway.backend.process;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;

import dev.slipway.api.LoadOptions;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Loads a version by starting its workers; describing it starts none, and reads nothing but what people wrote of it. */
final class ProcessLoader implements Loader {
    private static final String WORKERS = "workers";

    /** The program that runs our own scripts. */
    private static final String PYTHON = "python";

    private final ProcessBackend backend;
    private final Path folder;
    private final Kind kind;
    private final LoadOptions options;

    /**
     * What says how workers are run.
     *
     * @param format in a word
     * @param reader of a version's folder
     */
    record Kind(String format, Function<Path, WorkerSpec> reader) {
        static final Kind WORKER = new Kind("worker", WorkerFile::read);
        static final Kind HANDLER = new Kind("mar", HandlerArchive::read);
        static final Kind PYFUNC = new Kind("pyfunc", PyfuncFolder::read);
    }

    ProcessLoader(ProcessBackend backend, Path folder, Kind kind, LoadOptions options) {
        this.backend = backend;
        this.folder = folder;
        this.kind = kind;
        this.options = options;
    }

    @Override
    public String format() {
        return kind.format();
    }

    @Override
    public Path path() {
        return folder;
    }

    @Override
    public Loader with(LoadOptions changed) {
        return new ProcessLoader(backend, folder, kind, changed);
    }

    @Override
    public boolean runsCode() {
        return true;
    }

    @Override
    public ModelDescription describe() {
        return describe(spec());
    }

    private ModelDescription describe(WorkerSpec spec) {
        Signature signature = signature(spec);
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("program", spec.command().get(0));
        metadata.put(WORKERS, String.valueOf(spec.limits().workers()));
        return new ModelDescription(
                "process_" + kind.format(),
                Map.of(signature.name(), signature),
                MemoryEstimate.of(folder, spec.limits()),
                metadata);
    }

    @Override
    public Servable load() {
        WorkerSpec spec = spec();
        if (spec.limits().memoryBytesMax() > 0) {
            MemoryWatch.check();
        }
        ModelDescription description = describe(spec);
        Path absolute = folder.toAbsolutePath().normalize();
        Plan plan = new Plan(
                subject(absolute),
                absolute,
                spec,
                signature(spec),
                threads(spec.limits()),
                options.isDeterministic(),
                backend.tools());
        return backend.started(plan, description);
    }

    /** That a library for numbers may use in a worker, so that all workers together leave others their share. */
    private int threads(WorkerSpec.Limits limits) {
        if (options.isDeterministic()) {
            return 1;
        }
        return limits.cpus() > 0 ? limits.cpus() : Math.max(1, backend.computeThreads() / limits.workers());
    }

    private WorkerSpec spec() {
        WorkerSpec spec = kind.reader().apply(folder);
        options.check(
                format(),
                spec.signature() == null,
                kind.equals(Kind.WORKER) ? Set.of(WORKERS) : Set.of(WORKERS, PYTHON));
        spec = spec.withProgram(
                options.parameters().getOrDefault(PYTHON, spec.command().get(0)));
        String workers = options.parameters().get(WORKERS);
        if (workers != null) {
            spec = spec.withWorkers((int) new Settings("parameters", new LinkedHashMap<>(options.parameters()))
                    .whole(WORKERS, 1, 1, WorkerSpec.Limits.WORKERS_MAX));
        }
        // Several workers would have seen different requests before.
        return options.isDeterministic() ? spec.withWorkers(1) : spec;
    }

    private Signature signature(WorkerSpec spec) {
        Signature signature = spec.signature() == null ? options.signature() : spec.signature();
        if (signature == null) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "%s: nothing says what goes in and out (expected: inputs and outputs in it, or signature in slipway.yaml)"
                            .formatted(WorkerFile.NAME));
        }
        return signature;
    }

    private static String subject(Path folder) {
        Path above = folder.getParent();
        Path model = above == null ? null : above.getFileName();
        return (model == null ? "" : model + "/") + folder.getFileName();
    }
}
