package dev.slipway.core;

/** Admits memory before it is taken. Thread-safe. */
public final class ResourceTracker {
    private final long budgetBytes;
    private long reservedBytes;

    /** @param budgetBytes for all models together, in bytes */
    public ResourceTracker(long budgetBytes) {
        if (budgetBytes < 0) {
            throw new IllegalArgumentException("budgetBytes: %d (expected: >= 0)".formatted(budgetBytes));
        }
        this.budgetBytes = budgetBytes;
    }

    /**
     * Sets {@code bytes} aside; what is set aside must be given back by {@link #release}.
     *
     * @throws MemoryShortage when less is free
     */
    synchronized void reserve(long bytes) {
        long free = budgetBytes - reservedBytes;
        if (bytes > free) {
            throw new MemoryShortage(bytes, free);
        }
        reservedBytes += bytes;
    }

    synchronized void release(long bytes) {
        reservedBytes -= bytes;
    }

    /** Bytes set aside now. */
    public synchronized long reservedBytes() {
        return reservedBytes;
    }

    public long budgetBytes() {
        return budgetBytes;
    }
}
