package dev.slipway.core.traffic;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Watches, after a label moved, the versions whose share it raised. The window begins with the first request that such a
 * version ends after the move: what nobody asks can't be judged. Any thread.
 */
final class LabelWatch {
    private static final double NANOS_IN_MILLI = 1e6;

    /** Runs that are too long before anything follows from it: one or two are an accident of the machine. */
    private static final int SLOW_MIN = 5;

    /** Of the runs that are well, one in so many has the times looked at. */
    private static final int LOOK_EVERY = 16;

    /** Not begun, in {@link #sinceNanos}. */
    private static final long NEVER = Long.MIN_VALUE;

    private final String label;
    private final Split from;
    private final Split to;
    private final Map<Long, Raised> raised = new TreeMap<>();
    private final Map<Long, RunTimes> lowered = new TreeMap<>();
    private final AtomicLong sinceNanos = new AtomicLong(NEVER);

    /** What became of the requests for a version that is watched. */
    private static final class Raised {
        final AtomicLong requests = new AtomicLong();
        final AtomicLong failures = new AtomicLong();
        final RunTimes times = new RunTimes();
    }

    /** A request's end, as {@link dev.slipway.api.ServingListener#requestEnded} tells it. */
    record End(long version, ErrorCode code, long runNanos, long nowNanos) {
        /** Whether the server or the model is to blame, not the caller. A refusal to wait in line is no fault of the version. */
        boolean isFault() {
            return switch (code) {
                case INTERNAL, UNKNOWN, DATA_LOSS, DEADLINE_EXCEEDED -> true;
                case UNAVAILABLE, RESOURCE_EXHAUSTED -> runNanos > 0;
                default -> false;
            };
        }
    }

    /** @param from where the label was */
    LabelWatch(String label, Split from, Split to) {
        this.label = label;
        this.from = from;
        this.to = to;
        to.weights().forEach((version, weight) -> {
            if (share(to, version) > share(from, version)) {
                raised.put(version, new Raised());
            }
        });
        from.weights().forEach((version, weight) -> {
            if (weight > 0 && share(to, version) < share(from, version)) {
                lowered.put(version, new RunTimes());
            }
        });
    }

    private static double share(Split split, long version) {
        double sum =
                split.weights().values().stream().mapToInt(weight -> weight).sum();
        return split.weights().getOrDefault(version, 0) / sum;
    }

    String label() {
        return label;
    }

    Split from() {
        return from;
    }

    Split to() {
        return to;
    }

    boolean isBegun() {
        return sinceNanos.get() != NEVER;
    }

    /** Whether requests of this version are judged. */
    boolean watches(long version) {
        return raised.containsKey(version);
    }

    void begin(long nowNanos) {
        sinceNanos.compareAndSet(NEVER, nowNanos);
    }

    boolean isOver(RollbackBounds bounds, long nowNanos) {
        return isBegun() && nowNanos - sinceNanos.get() > bounds.window().toNanos();
    }

    /**
     * Counts a request, and judges.
     *
     * @param before recent runs of each version, from before the move on
     * @return which bound is broken; null for none
     */
    @Nullable
    String ended(End end, RollbackBounds bounds, Map<Long, RunTimes> before) {
        boolean isTimed = end.code() == ErrorCode.OK && end.runNanos() > 0;
        RunTimes old = lowered.get(end.version());
        if (old != null && isTimed) {
            old.record(end.runNanos());
        }
        Raised version = raised.get(end.version());
        boolean isFault = end.isFault();
        if (version == null || !(isFault || end.code() == ErrorCode.OK)) {
            return null;
        }
        if (isTimed) {
            version.times.record(end.runNanos());
        }
        // Faults first: who finds that there are enough requests sees the faults among them.
        long failures = isFault ? version.failures.incrementAndGet() : version.failures.get();
        long requests = version.requests.incrementAndGet();
        if (requests < bounds.requestsMin()) {
            return null;
        }
        if (failures > bounds.errorRateMax() * requests) {
            return "version %d broke error_rate: %d of %d requests failed (expected: at most %s %%)"
                    .formatted(end.version(), failures, requests, percent(bounds.errorRateMax()));
        }
        boolean looks = requests == bounds.requestsMin() || requests % LOOK_EVERY == 0;
        return looks && bounds.p99RatioMax() > 0 ? slowness(end.version(), version.times, bounds, before) : null;
    }

    private @Nullable String slowness(long number, RunTimes times, RollbackBounds bounds, Map<Long, RunTimes> before) {
        List<RunTimes> baseline = baseline(bounds.requestsMin(), before);
        long p99 = RunTimes.p99Nanos(baseline);
        double limit = bounds.p99RatioMax() * p99;
        int slow = p99 == 0 ? 0 : times.countFrom(limit);
        if (slow < SLOW_MIN || slow * 100L <= times.total()) {
            return null;
        }
        return "version %d broke p99_ratio: %d of its last %d runs took %.3f ms or longer (expected: at most 1 %%; version %s: 99 %% within %.3f ms, times %s)"
                .formatted(
                        number,
                        slow,
                        times.total(),
                        limit / NANOS_IN_MILLI,
                        lowered.keySet().toString().replaceAll("[\\[\\]]", ""),
                        p99 / NANOS_IN_MILLI,
                        bounds.p99RatioMax());
    }

    /** The old versions' runs since the move, if there were enough; else also those before. */
    private List<RunTimes> baseline(int requestsMin, Map<Long, RunTimes> before) {
        List<RunTimes> since = List.copyOf(lowered.values());
        if (since.stream().mapToInt(RunTimes::total).sum() >= requestsMin) {
            return since;
        }
        List<RunTimes> kept = new ArrayList<>();
        for (Long version : lowered.keySet()) {
            RunTimes times = before.get(version);
            if (times != null) {
                kept.add(times);
            }
        }
        return kept.stream().mapToInt(RunTimes::total).sum() >= requestsMin ? kept : List.of();
    }

    private static String percent(double share) {
        double percent = Math.round(share * 1e6) / 1e4;
        return percent == Math.rint(percent) ? Long.toString((long) percent) : Double.toString(percent);
    }
}
