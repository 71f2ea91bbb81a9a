package dev.slipway.core.traffic;

import dev.slipway.api.Deadline;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import dev.slipway.core.Handle;
import dev.slipway.core.InferenceService;
import dev.slipway.core.ServingMap;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Asks shadows what others were asked, and compares. Bounds what the copies that wait for it may take. Thread-safe. */
final class Shadows {
    /** All copies together, and no more than a small heap can spare. */
    static final long BYTES_MAX = Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 8);

    static final int COPIES_MAX = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ServingMap map;
    private final Executor spare;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger copies = new AtomicInteger();

    /** @param spare runs tasks when nothing else is to be done */
    Shadows(ServingMap map, Executor spare) {
        this.map = map;
        this.spare = spare;
    }

    /** Makes room for a copy; answers false when there is none. */
    boolean reserve(long copyBytes) {
        boolean hasRoom = copies.incrementAndGet() <= COPIES_MAX;
        if (bytes.addAndGet(copyBytes) <= BYTES_MAX && hasRoom) {
            return true;
        }
        release(copyBytes);
        return false;
    }

    void release(long copyBytes) {
        bytes.addAndGet(-copyBytes);
        copies.decrementAndGet();
    }

    /** Bytes that copies take now. */
    long heldBytes() {
        return bytes.get();
    }

    /** @throws SlipwayException {@code UNAVAILABLE} when the server is stopping */
    void ask(ShadowCopy copy) {
        spare.execute(() -> run(copy));
    }

    private void run(ShadowCopy copy) {
        ShadowTally tally = copy.tally();
        VersionChoice choice = new VersionChoice.Exact(tally.version());
        try (Handle handle = map.tryBorrow(tally.model(), choice)) {
            if (handle == null) {
                tally.skip();
            } else {
                InferenceRequest first = copy.request();
                Target target = new Target(tally.model(), choice, first.target().signature());
                Signature signature = InferenceService.signature(handle, target.signature());
                signature.check(first.inputs(), first.outputs());
                Deadline deadline = Deadline.after(PATIENCE, System.nanoTime());
                try (InferenceResult result = handle.servable()
                        .run(new InferenceRequest(target, first.inputs(), first.outputs(), deadline))) {
                    tally.compared(
                            copy.answeredBy(), OutputComparison.of(copy.outputs(), result.outputs(), copy.tolerance()));
                }
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            tally.fail(e);
        } finally {
            copy.close();
        }
    }
}
