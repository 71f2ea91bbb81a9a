package dev.slipway.core.batching;

import dev.slipway.api.Tensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a signature's rows are known to be independent of each other, so that requests of different users may be
 * joined. A model may mean anything by its first axis: it is believed after probes have shown it, and never after one has
 * shown the opposite. Any thread.
 */
final class RowTrust {
    /** Probes of different requests that must agree. */
    private static final int PROBES = 2;

    /** Probes that could not be made before nobody tries any more. */
    private static final int ABANDONED_MAX = 8;

    private boolean isProbing;
    private int agreed;
    private int abandoned;
    /** A row of an earlier request, to try others beside; null before the first and once nothing is tried any more. */
    private @Nullable Map<String, Tensor> seen;

    private volatile boolean isProven;
    private volatile @Nullable String refutation;

    boolean isProven() {
        return isProven;
    }

    /** Whether it is not known yet. */
    boolean isOpen() {
        return !isProven && refutation == null;
    }

    /** Whether the caller should make a probe, and tell what came of it. */
    synchronized boolean beginProbe() {
        boolean wanted = isOpen() && !isProbing;
        isProbing |= wanted;
        return wanted;
    }

    /**
     * The row of an earlier request; null when there was none.
     *
     * @param row of this request, which takes its place
     */
    synchronized @Nullable Map<String, Tensor> replaceSeen(Map<String, Tensor> row) {
        Map<String, Tensor> before = seen;
        seen = row;
        return before;
    }

    /** The probe would have told nothing. */
    synchronized void postponed() {
        isProbing = false;
    }

    /** The probe could not be made; another one is as good. */
    synchronized void abandoned() {
        isProbing = false;
        if (++abandoned >= ABANDONED_MAX) {
            refutation = "it could not be seen whether rows are independent: they can't be run alone";
            seen = null;
        }
    }

    /** @param difference what differed; null when nothing did */
    synchronized void probed(@Nullable String difference) {
        isProbing = false;
        if (difference != null) {
            refutation = "rows are not independent: " + difference;
        } else if (++agreed >= PROBES) {
            isProven = true;
        }
        if (!isOpen()) {
            seen = null;
        }
    }

    /** Why rows are not joined. */
    String why() {
        String found = refutation;
        return found == null ? "not yet seen that rows are independent" : found;
    }
}
