package dev.slipway.monitoring.log;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How much a sink may hold that is not written: copies of tensors, and predictions. Thread-safe, and without locks. */
final class Room {
    private final long bytesMax;
    private final int predictionsMax;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger predictions = new AtomicInteger();

    Room(long bytesMax, int predictionsMax) {
        this.bytesMax = bytesMax;
        this.predictionsMax = predictionsMax;
    }

    /** Takes room for one more prediction; false when there is none. */
    boolean enter(long wanted) {
        if (predictions.incrementAndGet() > predictionsMax) {
            predictions.decrementAndGet();
            return false;
        }
        if (!grow(wanted)) {
            predictions.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Takes more room for a prediction that has some. */
    boolean grow(long wanted) {
        if (bytes.addAndGet(wanted) > bytesMax) {
            bytes.addAndGet(-wanted);
            return false;
        }
        return true;
    }

    /** A prediction and what it holds are gone. */
    void leave(long held) {
        leaveAll(1, held);
    }

    /** Predictions and what they hold together are gone. */
    void leaveAll(int gone, long held) {
        bytes.addAndGet(-held);
        predictions.addAndGet(-gone);
    }

    long bytes() {
        return bytes.get();
    }

    int predictions() {
        return predictions.get();
    }
}
