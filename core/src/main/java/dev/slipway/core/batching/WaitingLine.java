package dev.slipway.core.batching;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait for one signature, the most urgent first, and within a level as {@link SharedLine} says. Guarded by
 * its owner.
 */
final class WaitingLine {
    /** For so long it is remembered that one tenant came while another was there. */
    private static final long SHARED_NANOS = 1_000_000_000;

    /** All that waits is looked at no more often: many may come to a full line. */
    private static final long PURGED_NANOS = 10_000_000;

    private final List<SharedLine> levels = new ArrayList<>();
    /** Those that waited longer than they should, where that only makes them the last. */
    private final SharedLine delayed = new SharedLine();

    /** Requests of each level, those that were delayed too. */
    private int[] requestsByLevel = {};

    private int requests;
    private int rows;
    private int charge;

    /** Who came last. */
    private @Nullable Tenant last;

    private boolean wasShared;
    private long sharedAtNanos;

    private boolean wasPurged;
    private long purgedAtNanos;

    int requests() {
        return requests;
    }

    /** Those that can be joined, and 1 for each other request. */
    int rows() {
        return rows;
    }

    /** Rows that all requests are charged. */
    int charge() {
        return charge;
    }

    boolean isEmpty() {
        return requests == 0;
    }

    int requestsAt(int level) {
        return level < requestsByLevel.length ? requestsByLevel[level] : 0;
    }

    /** Whether a tenant has come lately that found the model busy with another. */
    boolean isShared(long nowNanos) {
        return wasShared && nowNanos - sharedAtNanos < SHARED_NANOS;
    }

    @SuppressWarnings("ReferenceEquality") // Usually it is the same object; then names need not be compared.
    private void came(Call call, boolean isBusy) {
        Tenant tenant = call.urgency.tenant();
        if (tenant != last) {
            if (isBusy && last != null && !tenant.name().equals(last.name())) {
                wasShared = true;
                sharedAtNanos = call.sinceNanos;
            }
            last = tenant;
        }
    }

    /** @param isRunning whether something of the same signature runs */
    void add(Call call, int level, boolean isRunning) {
        came(call, isRunning || requests > 0);
        while (levels.size() <= level) {
            levels.add(new SharedLine());
            requestsByLevel = Arrays.copyOf(requestsByLevel, levels.size());
        }
        call.level = level;
        levels.get(level).add(call);
        requestsByLevel[level]++;
        requests++;
        rows += call.rows;
        charge += call.charge;
    }

    /** It was taken out. */
    private void left(Call call) {
        requestsByLevel[call.level]--;
        requests--;
        rows -= call.rows;
        charge -= call.charge;
    }

    /**
     * The line that is next, whose first request can be run; null when there is none. Requests that are of no use any
     * more, or waited too long, are taken out on the way.
     *
     * @param dead gets those that must be told that they failed
     */
    @Nullable
    SharedLine next(Queueing queueing, long nowNanos, List<Call> dead) {
        for (int level = 0; level < levels.size(); level++) {
            SharedLine line = levels.get(level);
            if (clear(line, onTimeout(queueing, level), nowNanos, dead)) {
                return line;
            }
        }
        for (Call call = delayed.peek(); call != null; call = delayed.peek()) {
            if (!call.isDead(nowNanos)) {
                return delayed;
            }
            dead.add(drop(delayed));
        }
        return null;
    }

    /** Takes out what can't be run from the front of {@code line}; whether something is left there. */
    private boolean clear(SharedLine line, QueuePolicy.OnTimeout onTimeout, long nowNanos, List<Call> dead) {
        for (Call call = line.peek(); call != null; call = line.peek()) {
            if (call.isDead(nowNanos)) {
                dead.add(drop(line));
            } else if (!call.isOverdue(nowNanos)) {
                return true;
            } else if (onTimeout == QueuePolicy.OnTimeout.REJECT) {
                dead.add(drop(line));
            } else {
                delayed.add(line.drop());
            }
        }
        return false;
    }

    /** Takes whose turn it is in {@code line}, one of this object's, to be run. */
    Call take(SharedLine line) {
        Call call = line.take();
        left(call);
        return call;
    }

    private Call drop(SharedLine line) {
        Call call = line.drop();
        left(call);
        return call;
    }

    /** Takes one request out, wherever it stands; whether it was there. */
    boolean takeOut(Call call) {
        boolean isOut = call.level < levels.size() && (levels.get(call.level).takeOut(call) || delayed.takeOut(call));
        if (isOut) {
            left(call);
        }
        return isOut;
    }

    /** Rows that are charged at that level and those that are more urgent, without those that were delayed. */
    int rowsUpTo(int level) {
        int sum = 0;
        for (int i = 0; i < Math.min(level + 1, levels.size()); i++) {
            sum += levels.get(i).rows();
        }
        return sum;
    }

    /** Rows that would be run before that request, if it came now to its level. */
    int rowsBefore(Call call) {
        return call.level < levels.size()
                ? rowsUpTo(call.level - 1) + levels.get(call.level).rowsBefore(call)
                : rowsUpTo(call.level);
    }

    /**
     * Takes a request of the same level out that has less right to wait than {@code call}, as {@link SharedLine#giveWay}
     * says; null when there is none.
     */
    @Nullable
    Call giveWay(Call call, boolean byRows) {
        Call newest = call.level < levels.size() ? levels.get(call.level).giveWay(call, byRows) : null;
        if (newest == null) {
            newest = delayed.giveWay(call, byRows);
        }
        if (newest != null) {
            left(newest);
        }
        return newest;
    }

    /** As {@link SharedLine#isWithinShareOf}, at the request's level. */
    boolean isWithinShareOf(int rowsMax, Call call) {
        return call.level < levels.size() && levels.get(call.level).isWithinShareOf(rowsMax, call);
    }

    /** There may be fewer levels than when a request came. */
    private static QueuePolicy.OnTimeout onTimeout(Queueing queueing, int level) {
        return queueing.levels()
                .get(Math.min(level, queueing.levels().size() - 1))
                .onTimeout();
    }

    /**
     * Takes out all that is of no use any more or waited too long, wherever it stands; unless that was done just before.
     *
     * @param dead gets what was taken out
     */
    void purge(Queueing queueing, long nowNanos, List<Call> dead) {
        if (wasPurged && nowNanos - purgedAtNanos < PURGED_NANOS) {
            return;
        }
        wasPurged = true;
        purgedAtNanos = nowNanos;
        int before = dead.size();
        for (int level = 0; level < levels.size(); level++) {
            boolean rejects = onTimeout(queueing, level) == QueuePolicy.OnTimeout.REJECT;
            levels.get(level).takeOut(call -> call.isDead(nowNanos) || (rejects && call.isOverdue(nowNanos)), dead);
        }
        delayed.takeOut(call -> call.isDead(nowNanos), dead);
        for (Call call : dead.subList(before, dead.size())) {
            left(call);
        }
    }

    /** Takes everything out. */
    void clear(List<Call> into) {
        levels.forEach(line -> line.clear(into));
        delayed.clear(into);
        Arrays.fill(requestsByLevel, 0);
        requests = 0;
        rows = 0;
        charge = 0;
    }

    /** When the oldest request of the first level that has any came; 0 when none waits. */
    long oldestSinceNanos() {
        for (SharedLine line : levels) {
            if (line.requests() > 0) {
                return line.oldestSinceNanos();
            }
        }
        return delayed.requests() > 0 ? delayed.oldestSinceNanos() : 0;
    }
}
