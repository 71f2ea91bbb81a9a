package dev.slipway.core.memory;

/** Says how much memory this process holds. Thread-safe. */
@FunctionalInterface
public interface MemoryMeter {
    /** Can't tell. */
    MemoryMeter NONE = () -> () -> 0;

    /** Takes a reading; costs up to tens of milliseconds, so never on a thread that serves requests. */
    Reading read();

    /** Memory at one time. */
    @FunctionalInterface
    interface Reading {
        /** Resident bytes but for Java's heap, compiled code and libraries; 0 when that is not known. */
        long bytes();
    }
}
