package dev.slipway.server.backend;

import dev.slipway.api.LoadOptions;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A loader whose backend may have to be installed first. Until it is, it says so. */
final class NeedingLoader implements Loader {
    private final FolderBackend backend;
    private final Loader loader;

    NeedingLoader(FolderBackend backend, Loader loader) {
        this.backend = backend;
        this.loader = loader;
    }

    @Override
    public String format() {
        return loader.format();
    }

    @Override
    public @Nullable Path path() {
        return loader.path();
    }

    @Override
    public List<Path> files() {
        return loader.files();
    }

    @Override
    public Loader with(LoadOptions options) {
        return new NeedingLoader(backend, loader.with(options));
    }

    @Override
    public boolean runsCode() {
        return loader.runsCode();
    }

    @Override
    public ModelDescription describe() {
        return completed(() -> RunBy.told(loader.describe(), runtime()));
    }

    @Override
    public Servable load() {
        return completed(() -> {
            Servable loaded = loader.load();
            ModelDescription told = RunBy.told(loaded.description(), runtime());
            return told.equals(loaded.description()) ? loaded : new RunBy(loaded, told);
        });
    }

    private String runtime() {
        return backend.report().runtime();
    }

    /** Libraries may look for their own classes through the thread. */
    private <T> T completed(Supplier<T> work) {
        ClassLoader classes = backend.complete();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(classes);
        try {
            return work.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
