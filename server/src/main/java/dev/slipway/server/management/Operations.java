package dev.slipway.server.management;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.management.Operation.Kind;
import dev.slipway.server.management.Operation.State;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The operations that run, and those that ended lately: {@value #KEPT_MAX} at most, for an hour after their end. Of two that
 * ask for the same at the same time there is one. Thread-safe.
 */
public final class Operations {
    static final int KEPT_MAX = 1_000;
    static final Duration KEPT = Duration.ofHours(1);

    private final Clock clock;
    private final String prefix;
    /** Oldest first; guarded by this. */
    private final Map<String, RunningOperation> operations = new LinkedHashMap<>();

    private long count;

    public Operations() {
        this(Clock.systemUTC(), HexFormat.of().toHexDigits((short) new SecureRandom().nextInt()));
    }

    /** @param prefix of all ids, other in each run of the server, lest an old id names a new operation */
    Operations(Clock clock, String prefix) {
        this.clock = clock;
        this.prefix = prefix;
    }

    /** Begins an operation, or joins the one that runs to the same end. */
    synchronized Joined join(Kind kind, String model, OptionalLong version) {
        forget();
        for (RunningOperation known : operations.values()) {
            Operation now = known.now();
            if (!now.isEnded()
                    && now.kind() == kind
                    && now.model().equals(model)
                    && now.version().equals(version)) {
                return new Joined(known, false);
            }
        }
        if (operations.size() >= KEPT_MAX) {
            throw new SlipwayException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "%d operations run already (expected: fewer than %d)".formatted(operations.size(), KEPT_MAX));
        }
        String id = prefix + "-" + ++count;
        Operation begun = new Operation(id, kind, model, version, State.RUNNING, "", null, clock.instant(), null);
        RunningOperation running = new RunningOperation(begun, clock::instant);
        operations.put(id, running);
        return new Joined(running, true);
    }

    /** @param isNew whether it has just begun, and is to be driven by who asked */
    record Joined(RunningOperation operation, boolean isNew) {}

    /** All, the newest first. */
    public synchronized List<Operation> list() {
        forget();
        List<Operation> all = new ArrayList<>();
        operations.values().forEach(operation -> all.add(operation.now()));
        Collections.reverse(all);
        return all;
    }

    /** How many run. */
    public synchronized long running() {
        return operations.values().stream()
                .filter(operation -> !operation.now().isEnded())
                .count();
    }

    /** @throws SlipwayException {@code NOT_FOUND} */
    public Operation get(String id) {
        return find(id).now();
    }

    /**
     * Completes once the operation has ended; never fails.
     *
     * @throws SlipwayException {@code NOT_FOUND}
     */
    public CompletableFuture<Operation> end(String id) {
        return find(id).end();
    }

    /**
     * Tells {@code watcher}, in order, how the operation stands now, and of each change, the last one being its end.
     *
     * @param watcher must return at once
     * @return ends it
     * @throws SlipwayException {@code NOT_FOUND}
     */
    public Runnable watch(String id, Consumer<Operation> watcher) {
        return find(id).watch(watcher);
    }

    /**
     * Calls a load off; one that somebody else waits for, too, may go on without the operation.
     *
     * @throws SlipwayException {@code NOT_FOUND}; {@code FAILED_PRECONDITION} when it has ended, or can't be called off
     */
    public Operation cancel(String id) {
        RunningOperation running = find(id);
        Operation before = running.now();
        if (before.kind() == Kind.UNLOAD) {
            throw new SlipwayException(
                    ErrorCode.FAILED_PRECONDITION,
                    "operation '%s' unloads model '%s' and can't be called off (load the model to have it back)"
                            .formatted(id, before.model()));
        }
        if (before.isEnded()) {
            throw new SlipwayException(
                    ErrorCode.FAILED_PRECONDITION,
                    "operation '%s' is %s since %s (expected: RUNNING)".formatted(id, before.state(), before.ended()));
        }
        running.cancel("operation '%s' was called off".formatted(id));
        return running.now();
    }

    /** Those that run and are as {@code wanted} says. */
    synchronized List<RunningOperation> running(Predicate<Operation> wanted) {
        return operations.values().stream()
                .filter(operation -> !operation.now().isEnded() && wanted.test(operation.now()))
                .toList();
    }

    private synchronized RunningOperation find(String id) {
        forget();
        RunningOperation found = operations.get(id);
        if (found == null) {
            throw new SlipwayException(
                    ErrorCode.NOT_FOUND,
                    "operation '%s' is not known (expected: one of /slipway/v1/operations; they are kept for %d min after their end)"
                            .formatted(id, KEPT.toMinutes()));
        }
        return found;
    }

    /** Forgets those that ended long ago, and, where there are too many, the oldest that have ended. */
    private void forget() {
        Instant oldest = clock.instant().minus(KEPT);
        operations.values().removeIf(operation -> {
            Instant ended = operation.now().ended();
            return ended != null && ended.isBefore(oldest);
        });
        Iterator<RunningOperation> all = operations.values().iterator();
        while (operations.size() >= KEPT_MAX && all.hasNext()) {
            if (all.next().now().isEnded()) {
                all.remove();
            }
        }
    }
}
