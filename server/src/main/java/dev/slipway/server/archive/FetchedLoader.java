package dev.slipway.server.archive;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.LoadOptions;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.SlipwayException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Loads what was fetched from elsewhere, unless that means to run somebody's code: who may register a model by its URL could
 * else run any program on this machine.
 */
public final class FetchedLoader implements Loader {
    /** Of the command line: runs such code nevertheless. */
    public static final String FLAG = "--allow_remote_code";

    private final Loader model;

    private FetchedLoader(Loader model) {
        this.model = model;
    }

    /**
     * @param model of files that were fetched
     * @param allowsCode whether whoever runs the server trusts what is fetched
     */
    public static Loader of(Loader model, boolean allowsCode) {
        return allowsCode ? model : new FetchedLoader(model);
    }

    @Override
    public String format() {
        return model.format();
    }

    @Override
    public @Nullable Path path() {
        return model.path();
    }

    @Override
    public List<Path> files() {
        return model.files();
    }

    @Override
    public Loader with(LoadOptions options) {
        return new FetchedLoader(model.with(options));
    }

    @Override
    public boolean runsCode() {
        return model.runsCode();
    }

    @Override
    public ModelDescription describe() {
        check();
        return model.describe();
    }

    @Override
    public Servable load() {
        check();
        return model.load();
    }

    private void check() {
        if (model.runsCode()) {
            throw new SlipwayException(
                    ErrorCode.PERMISSION_DENIED,
                    "a model of format '%s' that was fetched from elsewhere runs code of its own (expected: its files on this machine, or a server started with %s)"
                            .formatted(model.format(), FLAG));
        }
    }
}
