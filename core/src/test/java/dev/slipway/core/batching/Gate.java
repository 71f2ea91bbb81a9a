package dev.slipway.core.batching;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Holds runs until a test lets them go. */
final class Gate {
    private static final long PATIENCE_SECONDS = 60;

    private final Semaphore arrived = new Semaphore(0);
    private final Semaphore let = new Semaphore(0);

    /** Called in the run. */
    void pass() {
        arrived.release();
        acquire(let, "was not let go");
    }

    /** Waits until one more run stands at the gate. */
    void awaitOne() {
        acquire(arrived, "did not come");
    }

    void letOne() {
        let.release();
    }

    /** From now on nobody has to wait. */
    void open() {
        let.release(1 << 20);
    }

    private static void acquire(Semaphore semaphore, String fault) {
        try {
            if (!semaphore.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("a run " + fault);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
