package dev.slipway.server.soak;

import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** What came of the requests. */
final class SoakCount {
    private static final int SHOWN_MAX = 20;

    final LongAdder right = new LongAdder();
    final LongAdder wrong = new LongAdder();
    final LongAdder failed = new LongAdder();
    /** In flight at a kill. */
    final LongAdder cutOff = new LongAdder();

    final Map<String, LongAdder> disturbances = new ConcurrentHashMap<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();

    void fault(LongAdder kind, String what) {
        kind.increment();
        if (faults.size() < SHOWN_MAX) {
            faults.add(what);
        }
    }

    void disturbed(String name) {
        disturbances.computeIfAbsent(name, any -> new LongAdder()).increment();
    }

    /** The first that went wrong. */
    Queue<String> faults() {
        return faults;
    }

    @Override
    public String toString() {
        return "%,d right answers, %d wrong, %d failed, %d cut off by a kill; %s"
                .formatted(right.sum(), wrong.sum(), failed.sum(), cutOff.sum(), new TreeMap<>(disturbances));
    }
}
