package dev.slipway.core.batching;

/**
 * An event loop thread's own time. It is read at most every 100 us, since reading it costs as much as a small run; so up to
 * that much of what came before counts too. For the loop's thread alone.
 */
final class LoopCpu {
    private static final long FRESH_NANOS = 100_000;

    private final Dispatcher dispatcher;
    private boolean isRead;
    private long readAtNanos;
    private long cpuNanos;

    LoopCpu(Dispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    /** A run begins. */
    void begin(long nowNanos) {
        if (!isRead || nowNanos - readAtNanos > FRESH_NANOS) {
            isRead = true;
            readAtNanos = nowNanos;
            cpuNanos = dispatcher.threadCpu();
        }
    }

    /** For how long the thread has had a core since the run began, or a little longer. */
    long nanos() {
        return dispatcher.threadCpu() - cpuNanos;
    }
}
