package dev.slipway.core.sequence;

import static dev.slipway.api.ErrorCode.ABORTED;
import static dev.slipway.api.ErrorCode.CANCELLED;
import static dev.slipway.api.ErrorCode.RESOURCE_EXHAUSTED;

import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.VersionChoice;
import dev.slipway.core.Handle;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One sequence: its requests run one at a time, in the order in which they came, and no thread waits for them. A request
 * that fails leaves the state as it was; only a first one that fails ends the sequence, and a last one does in any case.
 * Thread-safe.
 */
final class Sequence {
    /** Requests of one sequence that wait at most. */
    static final int WAITING_MAX = 1024;

    private final Sequences all;
    private final Sequences.Key key;

    // Guarded by this object's monitor.
    private final Queue<Step> waiting = new ArrayDeque<>();
    private @Nullable Step running;
    /** Whether a thread is at work on what waits: others leave it to that one. */
    private boolean isMoving;
    /** Nothing is remembered any more: the next of its id is another object. */
    private boolean isGone;

    /** What the sequence began on; null before it has begun. */
    private @Nullable StatePlan begunOn;

    private long version;
    private Map<String, Tensor> state = Map.of();
    private long stateBytes;
    private long idleSinceNanos;
    private boolean isTimerSet;

    Sequence(Sequences all, Sequences.Key key) {
        this.all = all;
        this.key = key;
    }

    /** Takes a request; false when the sequence is gone, and another has to take it. */
    boolean offer(Step step) {
        SlipwayException refusal = null;
        synchronized (this) {
            if (isGone) {
                return false;
            }
            if (waiting.size() >= WAITING_MAX) {
                refusal = new SlipwayException(
                        RESOURCE_EXHAUSTED,
                        "model '%s': %d requests of sequence %s wait (expected: at most %d)"
                                .formatted(
                                        key.model(), waiting.size(), step.said().id(), WAITING_MAX));
            } else {
                waiting.add(step);
            }
        }
        if (refusal != null) {
            refuse(step, refusal);
        } else {
            move();
        }
        return true;
    }

    /** Takes a request out whose client is gone, if its turn has not come. */
    void leave(Step step) {
        boolean isOut;
        synchronized (this) {
            isOut = waiting.remove(step);
        }
        if (isOut) {
            refuse(step, gone());
            move();
        }
    }

    private SlipwayException gone() {
        return new SlipwayException(CANCELLED, "model '%s': the client is gone".formatted(key.model()));
    }

    private static void refuse(Step step, SlipwayException error) {
        try {
            step.reply().failed(error);
        } finally {
            step.routed().close();
        }
    }

    /** Begins what is next, until something runs. */
    private void move() {
        while (true) {
            Step next;
            synchronized (this) {
                if (isMoving || running != null || isGone) {
                    return;
                }
                next = waiting.poll();
                if (next == null) {
                    rest();
                    return;
                }
                running = next;
                isMoving = true;
            }
            try {
                begin(next);
            } finally {
                synchronized (this) {
                    isMoving = false;
                }
            }
        }
    }

    /** Nothing waits or runs. */
    private void rest() {
        if (begunOn == null) {
            forget();
            return;
        }
        idleSinceNanos = all.now();
        if (!isTimerSet) {
            isTimerSet = true;
            all.later(begunOn.settings().idleMax(), this::timeIsUp);
        }
    }

    private void timeIsUp() {
        synchronized (this) {
            isTimerSet = false;
            StatePlan plan = begunOn;
            if (isGone || running != null || !waiting.isEmpty() || plan == null) {
                return;
            }
            long left = plan.settings().idleMax().toNanos() - (all.now() - idleSinceNanos);
            if (left > 0) {
                isTimerSet = true;
                all.later(Duration.ofNanos(left), this::timeIsUp);
            } else {
                forget();
            }
        }
    }

    private void forget() {
        isGone = true;
        drop();
        all.forget(key, this);
    }

    private void drop() {
        begunOn = null;
        state = Map.of();
        all.giveBack(stateBytes);
        stateBytes = 0;
    }

    private void begin(Step step) {
        Handle handle;
        StatePlan plan;
        try {
            if (step.reply().isCancelled()) {
                throw gone();
            }
            handle = step.said().starts() ? step.routed() : pinned(step);
            plan = Sequences.plan(handle);
        } catch (RuntimeException | Error e) {
            try {
                refuse(step, Sequences.asSlipwayException(e));
            } finally {
                ended(step, false);
            }
            return;
        }
        if (step.said().starts()) {
            synchronized (this) {
                drop();
                begunOn = plan;
                version = handle.id().version();
            }
        }
        Turn turn = new Turn(this, step, handle, plan);
        try {
            step.run().accept(turn);
        } catch (RuntimeException | Error e) {
            turn.failed(Sequences.asSlipwayException(e));
        }
    }

    /** The version that the sequence began on. */
    private Handle pinned(Step step) {
        StatePlan plan;
        long wanted;
        synchronized (this) {
            plan = begunOn;
            wanted = version;
        }
        if (plan == null) {
            throw Sequences.notStarted(key.model(), step.said());
        }
        Handle routed = step.routed();
        if (routed.id().version() == wanted
                && routed.servable() instanceof SequencedServable same
                && same.plan() == plan) {
            return routed;
        }
        Handle found = all.tryBorrow(key.model(), new VersionChoice.Exact(wanted));
        if (found != null && found.servable() instanceof SequencedServable same && same.plan() == plan) {
            routed.close();
            return found;
        }
        if (found != null) {
            found.close();
        }
        synchronized (this) {
            drop();
        }
        throw new SlipwayException(
                ABORTED,
                "model '%s': sequence %s began on version %d, which is not loaded any more (expected: a new start)"
                        .formatted(key.model(), step.said().id(), wanted));
    }

    synchronized Map<String, Tensor> state() {
        return state;
    }

    /** Copies what a run left behind, which is lent, and forgets what was before. */
    void keep(Step step, Map<String, Tensor> left) {
        if (left.isEmpty() || step.said().ends()) {
            answering(step);
            return;
        }
        long bytes = 0;
        for (Tensor tensor : left.values()) {
            bytes += tensor.byteCount();
        }
        if (!all.tryTake(bytes)) {
            throw new SlipwayException(
                    RESOURCE_EXHAUSTED,
                    "model '%s': the states of all sequences would take more than %d bytes, %d with this one's"
                            .formatted(key.model(), all.stateBytesMax(), bytes));
        }
        Map<String, Tensor> copy = new HashMap<>();
        left.forEach((name, tensor) -> copy.put(
                name,
                new Tensor(
                        tensor.dtype(),
                        tensor.shape(),
                        ByteBuffer.allocate(tensor.byteCount())
                                .put(tensor.data())
                                .flip())));
        synchronized (this) {
            all.giveBack(stateBytes);
            state = copy;
            stateBytes = bytes;
        }
    }

    /** A request is about to be answered: who knows of a last one's answer may count on its place. */
    synchronized void answering(Step step) {
        if (step.said().ends()) {
            drop();
            if (waiting.isEmpty()) {
                forget();
            }
        }
    }

    /** A request has its answer. */
    void ended(Step step, boolean isWell) {
        synchronized (this) {
            if (running != step) {
                return;
            }
            running = null;
            if (step.said().ends() || (step.said().starts() && !isWell)) {
                drop();
            }
        }
        move();
    }
}
