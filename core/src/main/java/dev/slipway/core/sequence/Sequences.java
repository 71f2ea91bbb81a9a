package dev.slipway.core.sequence;

import static dev.slipway.api.ErrorCode.INTERNAL;
import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.RESOURCE_EXHAUSTED;

import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionChoice;
import dev.slipway.core.Handle;
import dev.slipway.core.InferenceService;
import dev.slipway.core.Timer;
import dev.slipway.core.batching.Reply;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** All sequences that are remembered. Thread-safe; nothing here waits. */
public final class Sequences {
    private final InferenceService inference;
    private final Timer timer;
    private final long stateBytesMax;
    private final LongSupplier clock;
    private final Map<Key, Sequence> byKey = new ConcurrentHashMap<>();
    private final Map<String, Integer> countByModel = new ConcurrentHashMap<>();
    private final AtomicLong stateBytes = new AtomicLong();

    /** A sequence's id is its model's own, whatever the version. */
    record Key(String model, Object id) {}

    /**
     * @param inference lends the version that a sequence is on
     * @param timer forgets those that are idle
     * @param stateBytesMax bytes that the states of all may take
     */
    public Sequences(InferenceService inference, Timer timer, long stateBytesMax) {
        this(inference, timer, stateBytesMax, System::nanoTime);
    }

    /** As above, by another clock. */
    Sequences(InferenceService inference, Timer timer, long stateBytesMax, LongSupplier clock) {
        this.inference = inference;
        this.timer = timer;
        this.stateBytesMax = stateBytesMax;
        this.clock = clock;
    }

    /** Whether requests for a servable have to name a sequence. */
    public static boolean remembers(Handle handle) {
        return handle.servable() instanceof SequencedServable;
    }

    /**
     * Has a request run when its sequence's turn comes to it; perhaps before this returns.
     *
     * @param routed what it would go to if its sequence began with it; closed after the reply
     * @param reply told what is wrong, unless the turn comes
     * @param run has it run, and returns at once; called once at most, on whatever thread
     */
    public void submit(Handle routed, SequenceStep said, Reply reply, Consumer<Turn> run) {
        Step step = new Step(routed, said, reply, run);
        try {
            String model = routed.id().model();
            if (!said.isNamed()) {
                throw new SlipwayException(
                        INVALID_ARGUMENT,
                        "inference request to model '%s' must specify a non-zero or non-empty correlation ID"
                                .formatted(model));
            }
            Key key = new Key(model, said.key());
            while (true) {
                Sequence sequence = byKey.get(key);
                if (sequence == null) {
                    if (!said.starts()) {
                        throw notStarted(model, said);
                    }
                    sequence = begun(key, said, plan(routed).settings().sequencesMax());
                }
                Sequence taking = sequence;
                reply.waits(() -> taking.leave(step));
                if (sequence.offer(step)) {
                    if (reply.isCancelled()) {
                        // Perhaps since before it was there to be taken out.
                        taking.leave(step);
                    }
                    return;
                }
            }
        } catch (SlipwayException e) {
            try {
                reply.failed(e);
            } finally {
                routed.close();
            }
        }
    }

    private Sequence begun(Key key, SequenceStep said, int sequencesMax) {
        return byKey.computeIfAbsent(key, missing -> {
            int count = countByModel.merge(key.model(), 1, Integer::sum);
            if (count > sequencesMax) {
                uncount(key.model());
                throw new SlipwayException(
                        RESOURCE_EXHAUSTED,
                        "model '%s': sequence %s can't begin: %d others are remembered (expected: fewer than %d)"
                                .formatted(key.model(), said.id(), count - 1, sequencesMax));
            }
            return new Sequence(this, key);
        });
    }

    private void uncount(String model) {
        countByModel.computeIfPresent(model, (name, count) -> count == 1 ? null : count - 1);
    }

    void forget(Key key, Sequence sequence) {
        if (byKey.remove(key, sequence)) {
            uncount(key.model());
        }
    }

    /** Sequences that are remembered now. */
    public int count() {
        return byKey.size();
    }

    /** Bytes that their states take. */
    public long stateBytes() {
        return stateBytes.get();
    }

    long stateBytesMax() {
        return stateBytesMax;
    }

    boolean tryTake(long bytes) {
        if (stateBytes.addAndGet(bytes) <= stateBytesMax) {
            return true;
        }
        stateBytes.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        stateBytes.addAndGet(-bytes);
    }

    long now() {
        return clock.getAsLong();
    }

    void later(Duration delay, Runnable task) {
        timer.schedule(delay, task);
    }

    @Nullable
    Handle tryBorrow(String model, VersionChoice version) {
        return inference.tryBorrow(model, version);
    }

    static StatePlan plan(Handle handle) {
        if (handle.servable() instanceof SequencedServable remembering) {
            return remembering.plan();
        }
        throw new SlipwayException(
                INVALID_ARGUMENT,
                "model '%s' remembers no sequences (expected: a model with a 'sequence' in its settings)"
                        .formatted(handle.id()));
    }

    /** In Triton's words, which clients look for. */
    static SlipwayException notStarted(String model, SequenceStep said) {
        return new SlipwayException(
                INVALID_ARGUMENT,
                "inference request for sequence %s to model '%s' must specify the START flag on the first request of the sequence"
                        .formatted(said.id(), model));
    }

    static SlipwayException asSlipwayException(Throwable e) {
        return e instanceof SlipwayException known
                ? known
                : new SlipwayException(INTERNAL, "a sequence failed unexpectedly: " + e, e);
    }
}
