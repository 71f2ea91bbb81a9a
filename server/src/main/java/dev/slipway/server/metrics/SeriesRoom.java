package dev.slipway.server.metrics;

import java.util.concurrent.atomic.LongAdder;

/** How many sets of labels a metric may have of models: who can load models, or invent them, must not fill the memory. */
final class SeriesRoom {
    /** The model that counts what there is no room for. */
    static final String OTHER = "other";

    private final int max;
    private final LongAdder refused = new LongAdder();

    SeriesRoom(int max) {
        this.max = max;
    }

    /** Whether there is room for one more beside {@code held}; that there is none is counted. */
    boolean has(int held) {
        if (held < max) {
            return true;
        }
        refused.increment();
        return false;
    }

    int max() {
        return max;
    }

    /** How often there was none. */
    long refused() {
        return refused.sum();
    }
}
