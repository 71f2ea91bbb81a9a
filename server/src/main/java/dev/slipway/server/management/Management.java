package dev.slipway.server.management;

import dev.slipway.access.Permit;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.ServingListener;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import dev.slipway.core.Load;
import dev.slipway.core.source.VersionSelection;
import dev.slipway.protocol.text.Spelling;
import dev.slipway.server.config.ModelConfig;
import dev.slipway.server.config.ServingConfig;
import dev.slipway.server.control.Control;
import dev.slipway.server.control.Revision;
import dev.slipway.server.management.Operation.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Has models loaded and unloaded, and configurations changed, for whoever asks over the network. No method blocks: what
 * takes its time runs on a thread of management's own, and loads are waited for through futures.
 */
public final class Management implements ServingListener, AutoCloseable {
    private static final int NAMED_MAX = 10;

    private final Models models;
    private final Control control;
    private final Executor thread;
    private final Operations operations;
    private final Runnable close;

    public Management(Models models, Control control) {
        this(models, control, new Operations(), new ManagementThread());
    }

    private Management(Models models, Control control, Operations operations, ManagementThread thread) {
        this.models = models;
        this.control = control;
        this.operations = operations;
        this.thread = thread;
        this.close = thread::close;
    }

    Management(Models models, Control control, Operations operations, Executor thread) {
        this.models = models;
        this.control = control;
        this.operations = operations;
        this.thread = thread;
        this.close = () -> {};
    }

    public Operations operations() {
        return operations;
    }

    public Models models() {
        return models;
    }

    /** What {@code question} answers, on the thread of management; an error of it fails the future. */
    public <T> CompletableFuture<T> ask(Function<Control, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            thread.execute(() -> {
                try {
                    answer.complete(question.apply(control));
                } catch (RuntimeException | Error e) {
                    answer.completeExceptionally(e);
                }
            });
        } catch (SlipwayException e) {
            answer.completeExceptionally(e);
        }
        return answer;
    }

    /**
     * Changes the configuration as it then is: if it is still at {@code expected}, where that is given; fails with
     * {@link StaleRevision} otherwise.
     */
    public CompletableFuture<Revision> edit(OptionalLong expected, UnaryOperator<ServingConfig> edit, String origin) {
        // Within the edit, changes by others wait.
        return ask(now -> now.apply(
                config -> {
                    requireCurrent(now, expected);
                    return edit.apply(config);
                },
                origin));
    }

    private static void requireCurrent(Control control, OptionalLong expected) {
        if (expected.isPresent()) {
            long current = control.current().number();
            if (current != expected.getAsLong()) {
                throw new StaleRevision(current, expected.getAsLong());
            }
        }
    }

    /** As {@link #edit}, of what is said of a model; fails with {@code NOT_FOUND} when there is no such model. */
    public CompletableFuture<Revision> editModel(String model, UnaryOperator<ServingConfig> edit, String origin) {
        return ask(now -> {
            requireKnown(now, model);
            return now.apply(edit, origin);
        });
    }

    /**
     * Loads a version, also of a model that was unloaded by hand.
     *
     * @param version empty for the newest that is wanted
     * @return the operation that loads it, which may be another caller's; fails with {@code NOT_FOUND}
     */
    public CompletableFuture<Operation> load(String model, OptionalLong version, String origin) {
        return ask(now -> {
                    if (now.current().config().of(model).lifecycle().isUnloaded()) {
                        now.apply(ConfigEdits.unloaded(model, false), origin(Kind.LOAD, model, origin));
                    }
                    return model;
                })
                .thenCompose(known -> models.load(known, version))
                .thenApply(this::track);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Nothing comes after.
    private Operation track(Load load) {
        Operations.Joined joined = operations.join(
                Kind.LOAD, load.id().model(), OptionalLong.of(load.id().version()));
        RunningOperation running = joined.operation();
        running.onCancel(load.cancel());
        if (joined.isNew()) {
            stateOf(load.id().model(), load.id().version()).ifPresent(state -> running.progress(state.name()));
            load.done().whenComplete((done, failure) -> running.finish(failure));
        }
        return running.now();
    }

    private Optional<VersionState> stateOf(String model, long version) {
        ModelStatus status = models.statuses().get(model);
        return status == null
                ? Optional.empty()
                : status.versions().stream()
                        .filter(one -> one.version() == version)
                        .map(VersionStatus::state)
                        .findFirst();
    }

    /**
     * Unloads a model, or one of its versions, until somebody loads it again.
     *
     * @param version empty for all
     * @return the operation, which ends once all requests have left what is unloaded
     */
    public CompletableFuture<Operation> unload(String model, OptionalLong version, String origin) {
        return ask(now -> {
            requireKnown(now, model);
            now.apply(
                    version.isPresent()
                            ? ConfigEdits.unloadedVersion(model, version.getAsLong())
                            : ConfigEdits.unloaded(model, true),
                    origin(Kind.UNLOAD, model, origin));
            return trackUnload(model, version);
        });
    }

    private static String origin(Kind kind, String model, String caller) {
        return "%s of %s, %s".formatted(kind.name().toLowerCase(Locale.ROOT), model, caller);
    }

    private Operation trackUnload(String model, OptionalLong version) {
        Operations.Joined joined = operations.join(Kind.UNLOAD, model, version);
        RunningOperation running = joined.operation();
        if (joined.isNew()) {
            waitUntilGone(running, version.isPresent() ? List.of(version.getAsLong()) : versionsOf(model));
        }
        return running.now();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Nothing comes after.
    private void waitUntilGone(RunningOperation running, List<Long> versions) {
        AtomicInteger gone = new AtomicInteger();
        List<CompletableFuture<Void>> ends = versions.stream()
                .map(number -> models.gone(running.now().model(), number)
                        .thenRun(() -> running.progress("%d of %d versions %s unloaded"
                                .formatted(
                                        gone.incrementAndGet(), versions.size(), versions.size() == 1 ? "is" : "are"))))
                .toList();
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                .whenComplete((done, failure) -> running.finish(failure));
    }

    private List<Long> versionsOf(String model) {
        ModelStatus status = models.statuses().get(model);
        return status == null
                ? List.of()
                : status.versions().stream()
                        .filter(version -> version.state() != VersionState.ENDED)
                        .map(VersionStatus::version)
                        .toList();
    }

    private void requireKnown(Control now, String model) {
        if (!models.statuses().containsKey(model)
                && !now.current().config().models().containsKey(model)) {
            throw unknownModel(model, Permit.ALL);
        }
    }

    /** What to say to who asks for a model that there is not; other names are those that they may read. */
    public SlipwayException unknownModel(String model, Permit permit) {
        Set<String> known = new TreeSet<>(permit.readable(models.statuses().keySet(), name -> name));
        return new SlipwayException(
                ErrorCode.NOT_FOUND,
                "model '%s' is not known (expected: %s)"
                        .formatted(
                                model,
                                Spelling.nearest(model, known)
                                        .map("'%s'"::formatted)
                                        .orElse(known.isEmpty() ? "none, as there are no models" : named(known))));
    }

    /** The first few, and how many more. */
    private static String named(Set<String> names) {
        String first = names.stream().limit(NAMED_MAX).collect(Collectors.joining(", "));
        return names.size() <= NAMED_MAX ? first : "%s, and %d more".formatted(first, names.size() - NAMED_MAX);
    }

    @Override
    public void stateChanged(StateChange change) {
        String model = change.id().model();
        long version = change.id().version();
        operations
                .running(operation -> operation.kind() == Kind.LOAD
                        && operation.model().equals(model)
                        && operation.version().equals(OptionalLong.of(version)))
                .forEach(running -> running.progress(change.state().name()));
        if (change.state() == VersionState.AVAILABLE) {
            endVainUnloads(model);
        }
    }

    /** Who unloads a model waits in vain when somebody else has it loaded again meanwhile, in whatever way. */
    @SuppressWarnings("FutureReturnValueIgnored") // Nothing comes after.
    private void endVainUnloads(String model) {
        List<RunningOperation> unloads = operations.running(operation ->
                operation.kind() == Kind.UNLOAD && operation.model().equals(model));
        if (!unloads.isEmpty()) {
            ask(now -> now.current().config().of(model))
                    .thenAccept(entry -> unloads.stream()
                            .filter(running -> isWanted(entry, running.now().version()))
                            .forEach(running -> running.cancel("model '%s' was loaded again".formatted(model))));
        }
    }

    private static boolean isWanted(ModelConfig entry, OptionalLong version) {
        boolean isNamed = version.isEmpty()
                || !(entry.versions() instanceof VersionSelection.Specific specific)
                || specific.versions().contains(version.getAsLong());
        return isNamed && !entry.lifecycle().isUnloaded();
    }

    /** Drops what waits, and calls off what runs, so that nobody waits for its end when the server stops. */
    @Override
    public void close() {
        operations.running(operation -> true).forEach(running -> running.cancel("the server stops"));
        close.run();
    }
}
