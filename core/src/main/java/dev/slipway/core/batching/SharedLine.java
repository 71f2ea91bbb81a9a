package dev.slipway.core.batching;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait at one priority. Those of one tenant leave in the order in which they came; while several tenants
 * wait, each gets as many rows as its weight says. Rows are those that requests are charged. Guarded by its owner.
 *
 * <p>Start-time fair queueing: each tenant has a time of its own, which goes on by a request's rows divided by the weight
 * whenever one is taken, and who is furthest behind is next. A tenant that begins to wait starts at the time of the last
 * that was taken, so that nobody can save up turns. As long as one tenant is alone, nothing of this is computed.
 *
 * @see <a href="https://dl.acm.org/doi/10.1145/248156.248171">Goyal, Vin, Cheng: Start-time Fair Queueing, 1996</a>
 */
final class SharedLine {
    /** So many tenants are remembered before it is looked who of them matters. */
    private static final int KNOWN_MIN = 1024;

    /** The only tenant since the line was last empty; null when there are several, or none yet. */
    private @Nullable Share alone;

    /** By the tenant's name, where there are several; some may have nothing that waits. */
    private final Map<String, Share> shares = new HashMap<>();

    /** Of several, those that have requests. */
    private final PriorityQueue<Share> order = new PriorityQueue<>(Share::compare);

    private int forgetAt = KNOWN_MIN;
    private int requests;
    private int rows;

    /** The sum over those that have requests, where there are several. */
    private long weights;

    /** Of the request that was taken last. */
    private double time;

    private long turns;

    /** What one tenant has in a line. */
    static final class Share {
        final SharedLine line;
        final Deque<Call> calls = new ArrayDeque<>();
        Tenant tenant;
        int rows;
        /** When its first request is to begin. */
        double start;
        /** Among those of the same start, who waits the longest. */
        long turn;

        Share(SharedLine line, Tenant tenant) {
            this.line = line;
            this.tenant = tenant;
        }

        @SuppressWarnings("ReferenceEquality") // Usually it is the same object; then names need not be compared.
        boolean isOf(Tenant whose) {
            return tenant == whose || tenant.name().equals(whose.name());
        }

        static int compare(Share one, Share other) {
            int byStart = Double.compare(one.start, other.start);
            return byStart != 0 ? byStart : Long.compare(one.turn, other.turn);
        }

        /** Rows, or requests, for each unit of weight, if there were {@code more}. */
        double load(boolean byRows, int more) {
            return (double) ((byRows ? rows : calls.size()) + more) / tenant.weight();
        }
    }

    int requests() {
        return requests;
    }

    int rows() {
        return rows;
    }

    void add(Call call) {
        Share share = requests == 0 ? begin(call.urgency.tenant()) : share(call.urgency.tenant());
        if (share.calls.isEmpty() && alone == null) {
            share.start = Math.max(share.start, time);
            weights += share.tenant.weight();
            queue(share);
        }
        call.share = share;
        share.calls.add(call);
        share.rows += call.charge;
        requests++;
        rows += call.charge;
    }

    /** The line was empty: what was before it counts no more. */
    private Share begin(Tenant tenant) {
        Share first = alone;
        if (first == null) {
            shares.clear();
            first = new Share(this, tenant);
            alone = first;
        }
        first.tenant = tenant;
        return first;
    }

    private Share share(Tenant tenant) {
        Share only = alone;
        if (only != null) {
            if (only.isOf(tenant)) {
                return only;
            }
            divide(only, tenant);
        }
        Share share = shares.get(tenant.name());
        if (share == null) {
            forget();
            share = new Share(this, tenant);
            shares.put(tenant.name(), share);
        } else if (share.tenant.weight() != tenant.weight()) {
            weights += share.calls.isEmpty() ? 0 : tenant.weight() - share.tenant.weight();
            share.tenant = tenant;
        }
        return share;
    }

    /** Tenants that are remembered. */
    int known() {
        return alone != null ? 1 : shares.size();
    }

    /** Tenants that wait for nothing, and would begin where everybody does, need not be known: there may be many. */
    private void forget() {
        if (shares.size() >= forgetAt) {
            shares.values().removeIf(share -> share.calls.isEmpty() && share.start <= time);
            forgetAt = Math.max(KNOWN_MIN, 2 * shares.size());
        }
    }

    /** Somebody comes beside the only tenant, and is next. */
    private void divide(Share only, Tenant next) {
        alone = null;
        time = 0;
        only.start = 1.0 / only.tenant.weight();
        shares.put(only.tenant.name(), only);
        shares.put(next.name(), new Share(this, next));
        weights = only.tenant.weight();
        queue(only);
    }

    private void queue(Share share) {
        share.turn = turns++;
        order.add(share);
    }

    /** Whose turn it is; null when nobody waits. */
    @Nullable
    Call peek() {
        Share next = alone != null ? alone : order.peek();
        return next == null ? null : next.calls.peek();
    }

    /** When the oldest of at least one request came. */
    long oldestSinceNanos() {
        if (alone != null) {
            return alone.calls.element().sinceNanos;
        }
        return order.stream()
                .mapToLong(share -> share.calls.element().sinceNanos)
                .reduce((one, other) -> one - other < 0 ? one : other)
                .orElseThrow();
    }

    /** Takes whose turn it is, to be run. */
    Call take() {
        Share share = next();
        Call call = share.calls.remove();
        if (alone == null) {
            order.remove();
            time = share.start;
            share.start += (double) call.charge / share.tenant.weight();
            if (share.calls.isEmpty()) {
                weights -= share.tenant.weight();
            } else {
                queue(share);
            }
        }
        left(share, call);
        return call;
    }

    /** Takes whose turn it is, but not to be run: it costs its tenant nothing. */
    Call drop() {
        Share share = next();
        Call call = share.calls.remove();
        left(share, call);
        settle(share);
        return call;
    }

    private Share next() {
        return alone != null ? alone : order.element();
    }

    private void left(Share share, Call call) {
        share.rows -= call.charge;
        requests--;
        rows -= call.charge;
    }

    /** Something left it out of its turn. */
    private void settle(Share share) {
        if (share.calls.isEmpty() && alone == null && order.remove(share)) {
            weights -= share.tenant.weight();
        }
    }

    /** Takes one request out, wherever it stands; whether it was there. */
    @SuppressWarnings("ReferenceEquality") // Whether it is this very line is a question of identity.
    boolean takeOut(Call call) {
        Share share = call.share;
        if (share == null || share.line != this || !share.calls.remove(call)) {
            return false;
        }
        left(share, call);
        settle(share);
        return true;
    }

    /**
     * Takes out what {@code isOut} says, wherever it stands.
     *
     * @param into gets what was taken out
     */
    void takeOut(Predicate<Call> isOut, List<Call> into) {
        for (Share share : shares()) {
            int before = into.size();
            share.calls.removeIf(call -> isOut.test(call) && into.add(call));
            for (Call call : into.subList(before, into.size())) {
                left(share, call);
            }
            if (into.size() > before) {
                settle(share);
            }
        }
    }

    private Collection<Share> shares() {
        return alone != null ? List.of(alone) : shares.values();
    }

    /**
     * Rows that would be run before that request, if it came now: those of its tenant, and what others may have beside
     * them by their weights.
     */
    int rowsBefore(Call call) {
        Tenant tenant = call.urgency.tenant();
        Share own = find(tenant);
        if (requests == 0 || (own != null && own == alone)) {
            return rows;
        }
        int ownRows = own == null ? 0 : own.rows;
        double others = (double) (ownRows + call.charge) * weightsBeside(own) / tenant.weight();
        return ownRows + (int) Math.min(rows - ownRows, others);
    }

    /**
     * Takes the newest request of the tenant that has the most for its weight, if that is more than the tenant of
     * {@code call} would have with it, and no less without it; null when there is none of its level.
     *
     * @param byRows whether rows are few, not places in the line
     */
    @Nullable
    Call giveWay(Call call, boolean byRows) {
        Share own = find(call.urgency.tenant());
        Share most = beyond(own, call, byRows);
        Call newest = most == null ? null : most.calls.getLast();
        if (most == null
                || newest == null
                || newest.level != call.level
                || most.load(byRows, -size(newest, byRows)) < loadWith(own, call, byRows)) {
            return null;
        }
        most.calls.removeLast();
        left(most, newest);
        settle(most);
        return newest;
    }

    /** Whether the tenant of {@code call} would have less with it than another, and no more than its share of so many rows. */
    boolean isWithinShareOf(int rowsMax, Call call) {
        Share own = find(call.urgency.tenant());
        return beyond(own, call, true) != null && loadWith(own, call, true) * weightsWith(own, call) <= rowsMax;
    }

    /** Who has the most for its weight, if that is more than the tenant of {@code call} would have with it. */
    private @Nullable Share beyond(@Nullable Share own, Call call, boolean byRows) {
        double after = loadWith(own, call, byRows);
        int all = (byRows ? rows : requests) + size(call, byRows);
        // Most who come to a full line have their share already: they are told so without a look at all others.
        if (requests == 0 || (own != null && own == alone) || after * weightsWith(own, call) > all) {
            return null;
        }
        Share most = null;
        for (Share share : shares()) {
            most = most == null || share.load(byRows, 0) > most.load(byRows, 0) ? share : most;
        }
        return most == null || most.load(byRows, 0) <= after ? null : most;
    }

    private static int size(Call call, boolean byRows) {
        return byRows ? call.charge : 1;
    }

    /** What the tenant of {@code call} would have with it, for its weight. */
    private static double loadWith(@Nullable Share own, Call call, boolean byRows) {
        int more = size(call, byRows);
        return own == null ? (double) more / call.urgency.tenant().weight() : own.load(byRows, more);
    }

    private long weightsWith(@Nullable Share own, Call call) {
        return weightsBeside(own) + call.urgency.tenant().weight();
    }

    private @Nullable Share find(Tenant tenant) {
        return alone == null ? shares.get(tenant.name()) : alone.isOf(tenant) ? alone : null;
    }

    /** Of all that wait but {@code own}. */
    private long weightsBeside(@Nullable Share own) {
        if (alone != null) {
            return alone.tenant.weight();
        }
        return weights - (own == null || own.calls.isEmpty() ? 0 : own.tenant.weight());
    }

    /** Takes everything out. */
    void clear(List<Call> into) {
        takeOut(call -> true, into);
    }
}
