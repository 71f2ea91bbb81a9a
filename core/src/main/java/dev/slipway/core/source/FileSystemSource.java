package dev.slipway.core.source;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Source;
import java.lang.System.Logger.Level;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * States the versions that lie in local directories. Notices of the file system make it quick; a slow poll behind them
 * makes it sure. A directory that can't be listed, or lists nothing, changes nothing: an outage never means "unload".
 */
public final class FileSystemSource implements Source {
    private static final System.Logger LOG = System.getLogger(FileSystemSource.class.getName());
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
    private static final int SETTLE_TIMES_AT_START = 10;
    private static final Duration POLL_UNWATCHED = Duration.ofSeconds(2);

    private final WatchedModels models;
    private final Clock clock = Clock.systemUTC();
    private final CompletableFuture<Void> firstLook = new CompletableFuture<>();
    private final DirectoryWatch watch = new DirectoryWatch(FileSystems.getDefault());

    /** What was asked for since the last look. */
    private final Queue<Switch> switches = new ConcurrentLinkedQueue<>();

    private volatile boolean isClosed;
    private @Nullable Thread thread;

    /** Of which the look is yet to come; touched by the source's thread alone. */
    private final List<CompletableFuture<Void>> switched = new ArrayList<>();

    private record Switch(Options options, CompletableFuture<Void> done) {}

    /**
     * Where to look, and how often.
     *
     * @param repository a directory of models, each a directory or file; null for none
     * @param repositorySelection which versions of the repository's models
     * @param models further models, by name; they go before the repository's
     * @param poll time between two looks at everything; zero for a single look; negative for none after the first, but
     *     notices still count
     * @param settleTime how long a version's files must be unchanged before it counts
     * @param exceptions from what holds for the repository's models
     */
    public record Options(
            @Nullable Path repository,
            VersionSelection repositorySelection,
            List<ModelLocation> models,
            Duration poll,
            Duration settleTime,
            Exceptions exceptions) {
        public static final Duration POLL = Duration.ofSeconds(30);
        public static final Duration SETTLE_TIME = Duration.ofSeconds(1);

        public Options {
            models = List.copyOf(models);
            repository = repository == null ? null : repository.toAbsolutePath().normalize();
        }

        /** Without exceptions. */
        public Options(
                @Nullable Path repository,
                VersionSelection repositorySelection,
                List<ModelLocation> models,
                Duration poll,
                Duration settleTime) {
            this(repository, repositorySelection, models, poll, settleTime, Exceptions.NONE);
        }

        /** The newest version of each model in a repository. */
        public static Options of(Path repository) {
            return new Options(repository, VersionSelection.NEWEST, List.of(), POLL, SETTLE_TIME);
        }

        VersionSelection selection(String model) {
            return exceptions.selections().getOrDefault(model, repositorySelection);
        }
    }

    /**
     * Models of the repository for which something else holds.
     *
     * @param selections which versions of a model; each of these models is missed when it is not in the repository
     * @param elsewhere names that belong to another source: nothing is said of them
     */
    public record Exceptions(Map<String, VersionSelection> selections, Set<String> elsewhere) {
        public static final Exceptions NONE = new Exceptions(Map.of(), Set.of());

        public Exceptions {
            selections = Map.copyOf(selections);
            elsewhere = Set.copyOf(elsewhere);
        }
    }

    public FileSystemSource(Options options, Backends backends) {
        this.models = new WatchedModels(options, backends, watch, clock);
    }

    /** Completes when everything that was there at the start was looked at, once its files were at rest. */
    public CompletableFuture<Void> firstLook() {
        return firstLook;
    }

    @Override
    public void start(Target target) {
        Thread watcher = new Thread(() -> run(target), "slipway-source");
        watcher.setDaemon(true);
        thread = watcher;
        watcher.start();
    }

    /**
     * Looks elsewhere, or otherwise, from now on. What is known of the versions of a model whose place stays is kept;
     * a model that is asked for no longer is stated as such.
     *
     * @return completes once all was looked at in the new way; fails when the source is closed before
     */
    public CompletableFuture<Void> switchTo(Options changed) {
        Switch asked = new Switch(changed, new CompletableFuture<>());
        switches.add(asked);
        watch.wake();
        if (isClosed) {
            abandonSwitches();
        }
        return asked.done();
    }

    @Override
    public void close() {
        isClosed = true;
        Thread watcher = thread;
        if (watcher != null) {
            watcher.interrupt();
            watch.close();
            try {
                // Not for ever: it may hang in a file system that does not answer.
                watcher.join(CLOSE_PATIENCE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run(Target target) {
        guarded(() -> models.lookAtAll(target));
        Instant patience = clock.instant().plus(options().settleTime().multipliedBy(SETTLE_TIMES_AT_START));
        Instant nextLookAtAll = clock.instant().plus(pollOrDay());
        completeFirstLook(patience);
        try {
            while (!isClosed) {
                Set<Path> changed = watch.await(pause(nextLookAtAll));
                boolean isSwitched = takeSwitches(target);
                if (options().poll().isZero() && firstLook.isDone() && !isSwitched && !models.isSettling()) {
                    continue;
                }
                if (isSwitched || models.isAboutAll(changed) || !clock.instant().isBefore(nextLookAtAll)) {
                    guarded(() -> models.lookAtAll(target));
                    nextLookAtAll = clock.instant().plus(pollOrDay());
                } else {
                    guarded(() -> models.lookAtSome(changed, target));
                }
                completeSwitches();
                completeFirstLook(patience);
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "the source is closed", e);
        } finally {
            isClosed = true;
            firstLook.complete(null);
            switched.forEach(FileSystemSource::abandon);
            abandonSwitches();
        }
    }

    private Options options() {
        return models.options();
    }

    private boolean takeSwitches(Target target) {
        Switch next = switches.poll();
        boolean isAny = next != null;
        while (next != null) {
            Options changed = next.options();
            models.switchTo(changed, target);
            switched.add(next.done());
            next = switches.poll();
        }
        return isAny;
    }

    private void completeSwitches() {
        switched.forEach(done -> done.complete(null));
        switched.clear();
    }

    private void abandonSwitches() {
        for (Switch next = switches.poll(); next != null; next = switches.poll()) {
            abandon(next.done());
        }
    }

    private static void abandon(CompletableFuture<Void> done) {
        done.completeExceptionally(new SlipwayException(ErrorCode.CANCELLED, "the source is closed"));
    }

    /** Whatever goes wrong in a look, others follow. */
    private static void guarded(Runnable look) {
        try {
            look.run();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a look at the models' folders failed; it is taken again", e);
        }
    }

    /** Files that were copied just before the start are waited for; files that never come to rest are not. */
    private void completeFirstLook(Instant patience) {
        if (!models.isSettling() || clock.instant().isAfter(patience)) {
            firstLook.complete(null);
        }
    }

    private Duration pollOrDay() {
        Duration poll = options().poll().compareTo(Duration.ZERO) <= 0
                ? Duration.ofDays(1)
                : options().poll();
        return !watch.isComplete() && POLL_UNWATCHED.compareTo(poll) < 0 ? POLL_UNWATCHED : poll;
    }

    private Duration pause(Instant nextLookAtAll) {
        Duration left = Duration.between(clock.instant(), nextLookAtAll);
        Duration soon = options().settleTime().dividedBy(2).plusMillis(1);
        Duration pause = models.isSettling() && soon.compareTo(left) < 0 ? soon : left;
        return pause.isNegative() ? Duration.ZERO : pause;
    }
}
