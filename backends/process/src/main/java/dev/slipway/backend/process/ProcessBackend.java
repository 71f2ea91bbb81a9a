package dev.slipway.backend.process;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendReport;
import dev.slipway.api.BackendSettings;
import dev.slipway.api.LoadOptions;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.backend.common.Holdings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Runs models in processes of their own: folders with {@code worker.yaml}, and archives whose handler is Python. */
final class ProcessBackend implements Backend {
    static final String NAME = "process";

    private final BackendSettings settings;
    private final BackOff backOff;
    private final Plan.Tools tools =
            new Plan.Tools(new Workplace(), new Wrappers(), new MemoryWatch(), System.getenv());
    private final Holdings holdings = new Holdings();
    private final Set<Crew> crews = ConcurrentHashMap.newKeySet();
    private volatile boolean isLoaded;

    ProcessBackend(BackendSettings settings) {
        this(settings, BackOff.DEFAULT);
    }

    ProcessBackend(BackendSettings settings, BackOff backOff) {
        this.settings = settings;
        this.backOff = backOff;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Loader> recognise(Path path) {
        if (Files.isRegularFile(path.resolve(WorkerFile.NAME))) {
            return Optional.of(new ProcessLoader(this, path, ProcessLoader.Kind.WORKER, LoadOptions.NONE));
        }
        if (PyfuncFolder.isOne(path)) {
            return Optional.of(new ProcessLoader(this, path, ProcessLoader.Kind.PYFUNC, LoadOptions.NONE));
        }
        // Whoever knows archives asks so for those that bring a handler, and for no others.
        return HandlerArchive.folder(path)
                .map(folder -> new ProcessLoader(this, folder, ProcessLoader.Kind.HANDLER, LoadOptions.NONE));
    }

    /** {@inheritDoc} Threads are the server's own, which wait for workers; what these have nobody counts. */
    @Override
    public BackendReport report() {
        int threads = crews.stream().mapToInt(Crew::alive).sum() * 2;
        return holdings.report("worker protocol " + MessageKind.VERSION, isLoaded, threads);
    }

    Plan.Tools tools() {
        return tools;
    }

    int computeThreads() {
        return settings.computeThreads();
    }

    /** A model whose workers are ready. */
    Servable started(Plan plan, ModelDescription description) {
        isLoaded = true;
        Crew crew = Crew.start(plan, backOff);
        crews.add(crew);
        Holdings.Claim claim = holdings.claim(description.memoryBytes());
        return new ProcessServable(plan, description, crew, claim, () -> crews.remove(crew));
    }

    @Override
    public void close() {
        crews.forEach(Crew::close);
        tools.memory().close();
        tools.workplace().close();
    }
}
