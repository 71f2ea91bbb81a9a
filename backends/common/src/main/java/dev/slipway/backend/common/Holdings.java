package dev.slipway.backend.common;

import dev.slipway.api.BackendReport;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the models that a backend has loaded, and what they hold. Thread-safe. */
public final class Holdings {
    private final AtomicInteger models = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    /**
     * Counts a model until the claim is closed.
     *
     * @param memoryBytes what it holds, in bytes
     */
    public Claim claim(long memoryBytes) {
        models.incrementAndGet();
        bytes.addAndGet(memoryBytes);
        return new Claim(memoryBytes);
    }

    /**
     * What a backend of these holds.
     *
     * @param runtime name and version
     * @param isLoaded whether the runtime was loaded
     * @param threads of the runtime's own
     */
    public BackendReport report(String runtime, boolean isLoaded, int threads) {
        return new BackendReport(runtime, isLoaded, models.get(), bytes.get(), threads);
    }

    /** A model that is loaded. Closing it twice is harmless. */
    public final class Claim implements AutoCloseable {
        private final long memoryBytes;
        private final AtomicBoolean isClosed = new AtomicBoolean();

        private Claim(long memoryBytes) {
            this.memoryBytes = memoryBytes;
        }

        @Override
        public void close() {
            if (isClosed.compareAndSet(false, true)) {
                models.decrementAndGet();
                bytes.addAndGet(-memoryBytes);
            }
        }
    }
}
