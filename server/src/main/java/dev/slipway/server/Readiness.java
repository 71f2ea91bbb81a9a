package dev.slipway.server;

import dev.slipway.api.ModelStatus;
import dev.slipway.api.ServingListener;
import dev.slipway.api.VersionState;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the server as a whole takes requests: from when the first models are loaded until it is told to stop,
 * while all models that it requires are available. Tells
 * its watchers of that, and of every model's changes.
 */
public final class Readiness implements ServingListener {
    private static final System.Logger LOG = System.getLogger(Readiness.class.getName());

    private final CountDownLatch loaded = new CountDownLatch(1);
    private final List<Consumer<Boolean>> watchers = new CopyOnWriteArrayList<>();
    private volatile boolean stopping;
    private volatile Supplier<Set<String>> required = Set::of;
    private volatile Predicate<String> unloaded = model -> false;
    private volatile Map<String, ModelStatus> statuses = Map.of();

    /** Ready once {@code all}, the first loads, is complete. */
    @SuppressWarnings("FutureReturnValueIgnored") // Nothing comes after.
    void loadedWith(CompletableFuture<Void> all) {
        all.thenRun(() -> {
            loaded.countDown();
            SortedSet<String> missing = missing();
            if (!missing.isEmpty()) {
                LOG.log(
                        Level.WARNING,
                        "not ready: required and not available: {0} (''slipway models'' tells why)",
                        String.join(", ", missing));
            }
            tell();
        });
    }

    /**
     * Not ready while one of these models is not available.
     *
     * @param models asked anew each time
     * @param isUnloaded whether a model is kept unloaded, whoever asks for it
     * @param found what there is to say of each model, a live view
     */
    void requires(Supplier<Set<String>> models, Predicate<String> isUnloaded, Map<String, ModelStatus> found) {
        statuses = found;
        unloaded = isUnloaded;
        required = models;
    }

    /** The required models that can't be asked now, by name. */
    public SortedSet<String> missing() {
        SortedSet<String> missing = new TreeSet<>(required.get());
        missing.removeIf(model -> !unloaded.test(model) && isServed(statuses.get(model)));
        return missing;
    }

    /** One that is loaded when it is asked for will be there. */
    private static boolean isServed(@Nullable ModelStatus status) {
        return status != null
                && status.versions().stream()
                        .anyMatch(version ->
                                version.state() == VersionState.AVAILABLE || version.state() == VersionState.DORMANT);
    }

    void stopping() {
        stopping = true;
        tell();
    }

    @Override
    public void stateChanged(StateChange change) {
        tell();
    }

    public boolean isReady() {
        return loaded.getCount() == 0 && !stopping && missing().isEmpty();
    }

    public boolean isStopping() {
        return stopping;
    }

    /**
     * Has {@code watcher} called, with whether the server is ready, now and at each change of the server or a model;
     * by several threads, perhaps at once; must not block.
     *
     * @return ends it
     */
    public Runnable watch(Consumer<Boolean> watcher) {
        watchers.add(watcher);
        watcher.accept(isReady());
        return () -> watchers.remove(watcher);
    }

    private void tell() {
        boolean ready = isReady();
        watchers.forEach(watcher -> watcher.accept(ready));
    }

    boolean await(Duration patience) {
        try {
            return loaded.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
