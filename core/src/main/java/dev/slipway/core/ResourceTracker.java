package dev.slipway.core;

import dev.slipway.core.memory.LearntRatios;

/**
 * Admits memory before it is taken, and learns from what was taken: a reservation is corrected to what was measured, and
 * the next versions of the model are admitted by what its earlier ones took. Thread-safe.
 */
public final class ResourceTracker {
    /** A corrected reservation is at least this part of what was expected: a measurement may be wrong, too. */
    private static final int FLOOR = 4;

    private final LearntRatios ratios = new LearntRatios();
    private long budgetBytes;
    private long reservedBytes;

    /** @param budgetBytes for all models together, in bytes */
    public ResourceTracker(long budgetBytes) {
        changeBudget(budgetBytes);
    }

    /**
     * Memory that is set aside.
     *
     * @param model whose
     * @param expectedBytes what its headers let expect
     * @param bytes how much is set aside
     */
    record Reservation(String model, long expectedBytes, long bytes) {}

    /**
     * Sets aside what a version is likely to take; it must be given back by {@link #release}.
     *
     * @param expectedBytes what its headers let expect
     * @throws MemoryShortage when less is free
     */
    synchronized Reservation reserve(String model, long expectedBytes) {
        long bytes = ratios.estimate(model, expectedBytes);
        long free = freeBytes();
        if (bytes > free) {
            throw new MemoryShortage(bytes, free);
        }
        reservedBytes += bytes;
        return new Reservation(model, expectedBytes, bytes);
    }

    /**
     * Corrects a reservation, up or down, to what was measured: the memory is taken by then, whatever the budget says.
     *
     * @param measuredBytes 0 when it was not measured
     * @return what is to be released in its place
     */
    synchronized Reservation correct(Reservation made, long measuredBytes) {
        if (measuredBytes <= 0) {
            return made;
        }
        ratios.learn(made.model(), made.expectedBytes(), measuredBytes);
        long bytes = Math.max(measuredBytes, made.expectedBytes() / FLOOR);
        reservedBytes += bytes - made.bytes();
        return new Reservation(made.model(), made.expectedBytes(), bytes);
    }

    synchronized void release(Reservation made) {
        reservedBytes -= made.bytes();
    }

    /** What a version is likely to take, by what its headers let expect and what earlier versions of the model took. */
    public synchronized long estimate(String model, long expectedBytes) {
        return ratios.estimate(model, expectedBytes);
    }

    /** Bytes set aside now. */
    public synchronized long reservedBytes() {
        return reservedBytes;
    }

    /** Bytes that can still be set aside; 0 when models took more than was thought. */
    public synchronized long freeBytes() {
        return Math.max(0, budgetBytes - reservedBytes);
    }

    public synchronized long budgetBytes() {
        return budgetBytes;
    }

    /** Sets another budget; what is set aside already stays so, even when it is more. */
    public synchronized void changeBudget(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("budgetBytes: %d (expected: >= 0)".formatted(bytes));
        }
        budgetBytes = bytes;
    }
}
