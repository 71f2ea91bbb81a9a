package dev.slipway.backend.onnx;

import ai.onnxruntime.OrtException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a few idle slots of one model, bounded in number and in memory. Nobody waits: a slot is taken from its place, and
 * put into one, by a compare-and-set each. A thread begins to look where it put its last one, whose memory is likely in
 * its core's cache, and takes any other that is idle before it makes a new one.
 */
final class SlotPool {
    private static final int IDLE_MAX = Math.max(8, 2 * Runtime.getRuntime().availableProcessors());
    private static final long BYTES_MAX = 128L << 20;

    private final OnnxModel model;
    private final AtomicReferenceArray<@Nullable Slot> idle = new AtomicReferenceArray<>(IDLE_MAX);
    /** Bytes of all slots that were given back once and live, as they were at that time. */
    private final AtomicLong bytes = new AtomicLong();

    private volatile boolean closed;

    SlotPool(OnnxModel model) {
        this.model = model;
    }

    Slot take() throws OrtException {
        int first = firstPlace();
        for (int i = 0; i < IDLE_MAX; i++) {
            int place = (first + i) % IDLE_MAX;
            Slot slot = idle.get(place);
            if (slot != null && idle.compareAndSet(place, slot, null)) {
                return slot;
            }
        }
        return new Slot(model);
    }

    void give(Slot slot) {
        if (closed || !hasRoomFor(slot)) {
            discard(slot);
            return;
        }
        int first = firstPlace();
        for (int i = 0; i < IDLE_MAX; i++) {
            int place = (first + i) % IDLE_MAX;
            if (idle.get(place) == null && idle.compareAndSet(place, null, slot)) {
                if (closed) {
                    closeIdle();
                }
                return;
            }
        }
        discard(slot);
    }

    private boolean hasRoomFor(Slot slot) {
        long more = slot.capacityBytes() - slot.countedBytes();
        if (more == 0) {
            return true;
        }
        slot.count(slot.capacityBytes());
        return bytes.addAndGet(more) <= BYTES_MAX;
    }

    /** Closes a slot that was taken and is not given back. */
    void discard(Slot slot) {
        bytes.addAndGet(-slot.countedBytes());
        slot.close();
    }

    /** What slots that were given back once keep for inputs and outputs, in bytes. */
    long bytes() {
        return bytes.get();
    }

    private static int firstPlace() {
        return (int) (Thread.currentThread().getId() % IDLE_MAX);
    }

    /** Closes all idle slots, and from now on each that is given back. */
    void close() {
        closed = true;
        closeIdle();
    }

    private void closeIdle() {
        for (int place = 0; place < IDLE_MAX; place++) {
            Slot slot = idle.getAndSet(place, null);
            if (slot != null) {
                discard(slot);
            }
        }
    }
}
