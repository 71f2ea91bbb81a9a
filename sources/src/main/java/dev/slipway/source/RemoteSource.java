package dev.slipway.source;

import dev.slipway.api.Loader;
import dev.slipway.api.ServableId;
import dev.slipway.api.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** States the versions of models that lie behind URLs and in object stores, and fetches those that are loaded. */
public final class RemoteSource implements Source {
    private final Options options;
    private final Remotes remotes;
    private final Function<Path, Loader> loaders;
    private final CompletableFuture<Void> firstLook = new CompletableFuture<>();

    /**
     * Where to look, and how often.
     *
     * @param repository an {@code s3:} or {@code gs:} URL of a folder of models; empty for none
     * @param repositorySelection which versions of the repository's models
     * @param models further models, by name; they go before the repository's
     * @param poll time between two looks while things change: longer while they don't, up to 8 times; zero or negative
     *     for a single look
     * @param settleTime how long a version's listing must be unchanged before it counts
     */
    public record Options(
            String repository,
            Selection repositorySelection,
            List<RemoteModel> models,
            Duration poll,
            Duration settleTime) {
        public static final Duration POLL = Duration.ofSeconds(30);
        public static final Duration SETTLE_TIME = Duration.ofSeconds(5);

        public Options {
            models = List.copyOf(models);
        }
    }

    /** @param loaders gives the loader for files that are here: a folder, or a single file */
    public RemoteSource(Options options, Remotes remotes, Function<Path, Loader> loaders) {
        this.options = options;
        this.remotes = remotes;
        this.loaders = loaders;
    }

    /** Completes when all that was there at the start was stated, or could not be seen. */
    public CompletableFuture<Void> firstLook() {
        return firstLook;
    }

    /** How far the fetches that are under way have come. */
    public Map<ServableId, Progress> progress() {
        return Map.of();
    }

    @Override
    public void start(Target target) {
        firstLook.complete(null);
    }

    @Override
    public void close() {}
}
