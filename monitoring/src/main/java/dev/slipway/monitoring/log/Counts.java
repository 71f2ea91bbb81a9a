package dev.slipway.monitoring.log;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What became of a sink's events. Thread-safe. */
public final class Counts {
    private final LongAdder written = new LongAdder();
    private final LongAdder writtenBytes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Map<Reason, LongAdder> dropped = new EnumMap<>(Reason.class);

    Counts() {
        for (Reason reason : Reason.values()) {
            dropped.put(reason, new LongAdder());
        }
    }

    void written(long events, long bytes) {
        written.add(events);
        writtenBytes.add(bytes);
    }

    void dropped(Reason reason, long events) {
        of(reason).add(events);
    }

    void failed() {
        failures.increment();
    }

    private LongAdder of(Reason reason) {
        LongAdder count = dropped.get(reason);
        if (count == null) {
            throw new IllegalStateException("no count for " + reason);
        }
        return count;
    }

    /** Events that are where they belong. */
    public long written() {
        return written.sum();
    }

    /** Bytes that they take there. */
    public long writtenBytes() {
        return writtenBytes.sum();
    }

    /** Tries that failed. */
    public long failures() {
        return failures.sum();
    }

    /** Events that are not in the log. */
    public long dropped(Reason reason) {
        return of(reason).sum();
    }

    /** Events that are not in the log, for whatever reason. */
    public long dropped() {
        long all = 0;
        for (LongAdder count : dropped.values()) {
            all += count.sum();
        }
        return all;
    }
}
