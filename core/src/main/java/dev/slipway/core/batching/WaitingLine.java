package dev.slipway.core.batching;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests that wait for one signature, the most urgent first, and within a level the oldest. Guarded by its owner. */
final class WaitingLine {
    private final List<Deque<Call>> levels = new ArrayList<>();
    /** Those that waited longer than they should, where that only makes them the last. */
    private final Deque<Call> delayed = new ArrayDeque<>();

    /** Requests of each level, those that were delayed too. */
    private int[] requestsByLevel = {};

    private int requests;
    private int rows;

    int requests() {
        return requests;
    }

    int rows() {
        return rows;
    }

    boolean isEmpty() {
        return requests == 0;
    }

    int requestsAt(int level) {
        return level < requestsByLevel.length ? requestsByLevel[level] : 0;
    }

    void add(Call call, int level) {
        while (levels.size() <= level) {
            levels.add(new ArrayDeque<>());
            requestsByLevel = Arrays.copyOf(requestsByLevel, levels.size());
        }
        call.level = level;
        levels.get(level).add(call);
        requestsByLevel[level]++;
        requests++;
        rows += call.rows;
    }

    /** It was taken out. */
    private void left(Call call) {
        requestsByLevel[call.level]--;
        requests--;
        rows -= call.rows;
    }

    /**
     * The level that is next, whose first request can be run; null when there is none. Requests that are of no use any
     * more, or waited too long, are taken out on the way.
     *
     * @param dead gets those that must be told that they failed
     */
    @Nullable
    Deque<Call> next(Queueing queueing, long nowNanos, List<Call> dead) {
        for (int level = 0; level < levels.size(); level++) {
            Deque<Call> line = levels.get(level);
            if (clear(line, onTimeout(queueing, level), nowNanos, dead)) {
                return line;
            }
        }
        for (Call call = delayed.peek(); call != null; call = delayed.peek()) {
            if (!call.isDead(nowNanos)) {
                return delayed;
            }
            dead.add(remove(delayed));
        }
        return null;
    }

    /** Takes out what can't be run from the front of {@code line}; whether something is left there. */
    private boolean clear(Deque<Call> line, QueuePolicy.OnTimeout onTimeout, long nowNanos, List<Call> dead) {
        for (Call call = line.peek(); call != null; call = line.peek()) {
            if (call.isDead(nowNanos)) {
                dead.add(remove(line));
            } else if (!call.isOverdue(nowNanos)) {
                return true;
            } else if (onTimeout == QueuePolicy.OnTimeout.REJECT) {
                dead.add(remove(line));
            } else {
                delayed.add(line.remove());
            }
        }
        return false;
    }

    /** Takes the first request of {@code line}, one of this object's. */
    Call remove(Deque<Call> line) {
        Call call = line.remove();
        left(call);
        return call;
    }

    /** Takes one request out, wherever it stands; whether it was there. */
    boolean takeOut(Call call) {
        boolean isOut = call.level < levels.size() && (levels.get(call.level).remove(call) || delayed.remove(call));
        if (isOut) {
            left(call);
        }
        return isOut;
    }

    /** There may be fewer levels than when a request came. */
    private static QueuePolicy.OnTimeout onTimeout(Queueing queueing, int level) {
        return queueing.levels()
                .get(Math.min(level, queueing.levels().size() - 1))
                .onTimeout();
    }

    /**
     * Takes out all that is of no use any more or waited too long, wherever it stands.
     *
     * @param dead gets what was taken out
     */
    void purge(Queueing queueing, long nowNanos, List<Call> dead) {
        int before = dead.size();
        for (int level = 0; level < levels.size(); level++) {
            boolean rejects = onTimeout(queueing, level) == QueuePolicy.OnTimeout.REJECT;
            levels.get(level)
                    .removeIf(
                            call -> moved(call, call.isDead(nowNanos) || (rejects && call.isOverdue(nowNanos)), dead));
        }
        delayed.removeIf(call -> moved(call, call.isDead(nowNanos), dead));
        for (Call call : dead.subList(before, dead.size())) {
            left(call);
        }
    }

    private static boolean moved(Call call, boolean isDead, List<Call> dead) {
        if (isDead) {
            dead.add(call);
        }
        return isDead;
    }

    /** Takes everything out. */
    void clear(List<Call> into) {
        levels.forEach(into::addAll);
        into.addAll(delayed);
        levels.forEach(Deque::clear);
        delayed.clear();
        Arrays.fill(requestsByLevel, 0);
        requests = 0;
        rows = 0;
    }

    /** When the oldest request of the first level that has any came; 0 when none waits. */
    long oldestSinceNanos() {
        for (Deque<Call> line : levels) {
            Call call = line.peek();
            if (call != null) {
                return call.sinceNanos;
            }
        }
        Call call = delayed.peek();
        return call == null ? 0 : call.sinceNanos;
    }
}
