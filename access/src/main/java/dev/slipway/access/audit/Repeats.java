package dev.slipway.access.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps who is refused again and again from filling the disk: of refusals of the same principal, at the same address, of the
 * same route, some are written each minute, and the others are counted. Those who are not known, which anybody can be, and
 * those who are have a share each: the noise of the ones hides nothing of the others. Thread-safe.
 */
final class Repeats {
    /** Written one by one, of each kind and minute. */
    static final int WRITTEN_MAX = 5;

    static final Duration WINDOW = Duration.ofMinutes(1);

    /** Addresses, names and paths can be invented: past so many kinds in a minute, all others of a share are one. */
    static final int KINDS_MAX = 100;

    /** Written one by one, of a share and day (UTC): past that, all kinds are one. */
    static final int DAY_MAX = 5_000;

    private static final Kind OTHERS = new Kind("", "", "", "");

    private final Share unknown = new Share();
    private final Share known = new Share();

    private record Kind(String principal, String remote, String method, String path) {
        static Kind of(AuditEvent event) {
            return new Kind(
                    event.principal(),
                    event.origin().remote(),
                    event.origin().method(),
                    event.origin().path());
        }
    }

    /** What there was since a window's first event. Never changed. */
    private record Window(Instant start, AuditEvent last, long count) {
        boolean isOver(Instant now) {
            // A clock that was set back must not hold a window open.
            return Duration.between(start, now).abs().compareTo(WINDOW) >= 0;
        }
    }

    /**
     * Events that were not written one by one.
     *
     * @param like the last of them
     * @param areAlike whether all were of one kind
     */
    record Unwritten(AuditEvent like, boolean areAlike, long count) {}

    /** Whether to write this event; otherwise it was counted. */
    boolean admits(AuditEvent event, Instant now) {
        if (!event.outcome().isRefusal()) {
            return true;
        }
        return (event.outcome() == AuditOutcome.DENIED ? known : unknown).admits(event, now);
    }

    /** Whether there is anything to wait for. */
    boolean isEmpty() {
        return unknown.windows.isEmpty() && known.windows.isEmpty();
    }

    /** Ends the windows whose minute is over. */
    List<Unwritten> due(Instant now) {
        return end(now, false);
    }

    /** Ends all windows. */
    List<Unwritten> all(Instant now) {
        return end(now, true);
    }

    private List<Unwritten> end(Instant now, boolean all) {
        List<Unwritten> ended = new ArrayList<>();
        unknown.end(now, all, ended);
        known.end(now, all, ended);
        return ended;
    }

    private static final class Share {
        private final ConcurrentHashMap<Kind, Window> windows = new ConcurrentHashMap<>();
        private volatile Day day = new Day(0, 0);

        /**
         * How many were written on a day. Never changed.
         *
         * @param number of days since 1970
         */
        private record Day(long number, int written) {
            Day at(Instant now) {
                long today = now.getEpochSecond() / Duration.ofDays(1).toSeconds();
                return today == number ? this : new Day(today, 0);
            }

            Day more() {
                return new Day(number, written + 1);
            }
        }

        boolean admits(AuditEvent event, Instant now) {
            Kind kind = Kind.of(event);
            boolean isFull = windows.size() >= KINDS_MAX && !windows.containsKey(kind);
            if (isFull || day.at(now).written() >= DAY_MAX) {
                kind = OTHERS;
            }
            Window window = windows.compute(
                    kind,
                    (same, found) -> found == null
                            ? new Window(now, event, 1)
                            : new Window(found.start, event, found.count + 1));
            if (window.count > WRITTEN_MAX) {
                return false;
            }
            count(now);
            return true;
        }

        private synchronized void count(Instant now) {
            day = day.at(now).more();
        }

        void end(Instant now, boolean all, List<Unwritten> ended) {
            for (Kind kind : windows.keySet()) {
                windows.computeIfPresent(kind, (same, window) -> {
                    if (!all && !window.isOver(now)) {
                        return window;
                    }
                    if (window.count > WRITTEN_MAX) {
                        ended.add(new Unwritten(window.last, !kind.equals(OTHERS), window.count - WRITTEN_MAX));
                    }
                    return null;
                });
            }
        }
    }
}
