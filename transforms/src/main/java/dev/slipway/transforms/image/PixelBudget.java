package dev.slipway.transforms.image;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The heap that pictures may take while they are decoded, all together: half of it. A picture waits, as long as somebody
 * waits for it, until others are done. Thread-safe.
 */
final class PixelBudget {
    /** Of this JVM. */
    static final PixelBudget SHARED = new PixelBudget(Runtime.getRuntime().maxMemory() / 2);

    private static final int UNIT_BYTES = 1 << 16;

    private final Semaphore units;
    private final int all;

    PixelBudget(long bytes) {
        this.all = (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / UNIT_BYTES));
        // Else small pictures would keep a large one waiting for ever.
        this.units = new Semaphore(all, true);
    }

    /** A part of the budget, until it is closed. */
    interface Share extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Takes a part for one picture; all of it for one that is larger.
     *
     * @return null when the time was over first
     */
    @Nullable
    Share take(long bytes, Patience patience) {
        int wanted = (int) Math.min(all, bytes / UNIT_BYTES + 1);
        try {
            if (!units.tryAcquire(wanted, Math.max(0, patience.remainingNanos()), TimeUnit.NANOSECONDS)) {
                return null;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
        return () -> units.release(wanted);
    }
}
