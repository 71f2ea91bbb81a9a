package dev.slipway.core.batching;

import dev.slipway.api.DispatchReason;
import dev.slipway.api.ServableId;
import dev.slipway.api.Signature;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What is known of one signature of a loaded version: what its runs cost, and whether its rows may be joined. */
final class Learnt {
    private final ServableId id;
    private final Signature signature;
    private final RowLayout layout;
    private final boolean allowsPadding;
    private final boolean mayWait;
    private final CostModel costs = new CostModel();
    private final RowTrust trust = new RowTrust();
    private final LoopGate gate = new LoopGate();
    private final Objective objective = new Objective();
    private final RecentMedian servedNanosPerRow = new RecentMedian();
    /** All reasons; the map is never changed. */
    private final Map<DispatchReason, LongAdder> reasons = new EnumMap<>(DispatchReason.class);

    /**
     * @param allowsPadding whether inputs of different inner shapes may be padded, where that is asked for
     * @param mayWait whether runs may wait for others, however short they were so far
     */
    Learnt(ServableId id, Signature signature, boolean allowsPadding, boolean mayWait) {
        this.id = id;
        this.signature = signature;
        this.layout = RowLayout.of(signature);
        this.allowsPadding = allowsPadding;
        this.mayWait = mayWait;
        for (DispatchReason reason : DispatchReason.values()) {
            reasons.put(reason, new LongAdder());
        }
    }

    ServableId id() {
        return id;
    }

    Signature signature() {
        return signature;
    }

    RowLayout layout() {
        return layout;
    }

    CostModel costs() {
        return costs;
    }

    RowTrust trust() {
        return trust;
    }

    LoopGate gate() {
        return gate;
    }

    Objective objective() {
        return objective;
    }

    CostCurve curve(Call call) {
        return costs.curve(call.isJoinable ? layout.elementsPerRow(call.request.inputs(), call.rows) : 1);
    }

    /** Nanoseconds for each row in the last runs on compute threads; 0 before the first. */
    long servedNanosPerRow() {
        return servedNanosPerRow.median();
    }

    void served(int rows, long nanos, long nowNanos) {
        servedNanosPerRow.add(nanos / Math.max(1, rows), nowNanos);
    }

    void count(DispatchReason reason) {
        LongAdder count = reasons.get(reason);
        if (count != null) {
            count.increment();
        }
    }

    /** Whether rows of several requests may run together at all. */
    boolean joins(Joining joining) {
        return switch (joining.mode()) {
            case OFF -> false;
            case TRUSTED -> layout.isJoinable();
            case LEARNT -> layout.isJoinable() && trust.isProven();
        };
    }

    /** Whether it has to be seen first that rows are independent. */
    boolean wantsProof(Joining joining) {
        return joining.mode() == Joining.Mode.LEARNT && layout.isJoinable() && trust.isOpen();
    }

    boolean canJoin(Call one, Call other, Joining joining) {
        return other.isJoinable
                && one.request.outputs().equals(other.request.outputs())
                && layout.fits(
                        one.request.inputs(),
                        other.request.inputs(),
                        allowsPadding && joining.sizes().padsShapes());
    }

    /** Whether a request may run on the event loop that it came on, by all that is known. */
    boolean fitsLoop(Call call, BatchingParameters asked) {
        Joining joining = asked.joining();
        if (mayWait || !gate.isOpen() || joining.waits() || wantsProof(joining)) {
            return false;
        }
        return curve(call).isKnown() && isLoopSized(call, call.charge);
    }

    /** Whether {@code rows} rows like that request's are few enough for an event loop, by what they have cost. */
    boolean isLoopSized(Call call, int rows) {
        return loopNanos(curve(call), rows) <= LoopGate.RUN_NANOS_MAX;
    }

    private long loopNanos(CostCurve curve, int rows) {
        return curve.nanos(rows) + rows * costs.replyNanosPerRow();
    }

    DispatchState state(BatchingParameters asked, int waiting) {
        CostCurve curve = costs.last();
        Map<DispatchReason, Long> counts = new EnumMap<>(DispatchReason.class);
        reasons.forEach((reason, count) -> counts.put(reason, count.sum()));
        return new DispatchState(
                id,
                signature.name(),
                place(asked.joining(), curve),
                joining(asked.joining(), curve),
                waiting,
                curve == null ? List.of() : curve.costs(),
                counts);
    }

    private String place(Joining joining, @Nullable CostCurve curve) {
        String whyShut = gate.whyShut();
        if (mayWait) {
            return "pool: its runs wait for another process";
        } else if (curve == null) {
            return "pool: not measured yet";
        } else if (joining.waits()) {
            return "pool: batches wait to be filled";
        } else if (wantsProof(joining)) {
            return "pool: " + trust.why();
        } else if (whyShut != null) {
            return "pool: " + whyShut;
        }
        long nanos = loopNanos(curve, 1);
        return "%s: one row costs %s us (limit of the loop: %d us)"
                .formatted(
                        nanos <= LoopGate.RUN_NANOS_MAX ? "loop" : "pool",
                        micros((double) nanos),
                        LoopGate.RUN_NANOS_MAX / 1000);
    }

    private String joining(Joining joining, @Nullable CostCurve curve) {
        if (joining.mode() == Joining.Mode.OFF) {
            return "off: it was asked for";
        } else if (!layout.isJoinable()) {
            return "off: " + layout.why();
        } else if (joining.mode() == Joining.Mode.LEARNT && !trust.isProven()) {
            return "off: " + trust.why();
        } else if (curve == null) {
            return "on: not measured yet";
        }
        double single = curve.nanosPerRow(1);
        DispatchState.Cost best = new DispatchState.Cost(1, (long) single, 0);
        for (DispatchState.Cost cost : curve.costs()) {
            if ((double) cost.nanos() / cost.rows() < (double) best.nanos() / best.rows()) {
                best = cost;
            }
        }
        double each = (double) best.nanos() / best.rows();
        return each > BatchSizer.PAYS_BELOW * single
                ? "on, but it does not pay: %d rows cost %s us each, 1 row %s us"
                        .formatted(best.rows(), micros(each), micros(single))
                : "on: %d rows cost %s us each, 1 row %s us".formatted(best.rows(), micros(each), micros(single));
    }

    private static String micros(double nanos) {
        return nanos < 100_000 ? "%.1f".formatted(nanos / 1000) : "%.0f".formatted(nanos / 1000);
    }
}
