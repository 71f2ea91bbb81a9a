package dev.slipway.core.batching;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What the runs of one signature cost. Where the inputs' inner sizes are open (text of any length, pictures of any size)
 * the cost of a row differs with its size, so each power of two of elements has a curve of its own.
 */
final class CostModel {
    private static final int CLASSES = 64;

    private final AtomicReferenceArray<@Nullable CostCurve> curves = new AtomicReferenceArray<>(CLASSES);
    private final RecentMedian replyNanosPerRow = new RecentMedian();
    private int repliesSkipped;

    CostCurve curve(long elementsPerRow) {
        int index = CLASSES - 1 - Long.numberOfLeadingZeros(Math.max(1, elementsPerRow));
        CostCurve curve = curves.get(index);
        if (curve == null) {
            curves.compareAndSet(index, null, new CostCurve());
            curve = curves.get(index);
        }
        if (curve == null) {
            throw new IllegalStateException("the curve that was just set is gone");
        }
        return curve;
    }

    /** What it took to write the answers of {@code rows} rows. */
    void recordReplies(int rows, long nanos, long nowNanos) {
        if (replyNanosPerRow.samples() < CostCurve.SAMPLES_MIN || ++repliesSkipped % 8 == 0) {
            replyNanosPerRow.add(nanos / Math.max(1, rows), nowNanos);
        }
    }

    long replyNanosPerRow() {
        return replyNanosPerRow.median();
    }

    /** Of the largest rows that were seen: the curve that people want to see. */
    @Nullable
    CostCurve last() {
        for (int index = CLASSES - 1; index >= 0; index--) {
            CostCurve curve = curves.get(index);
            if (curve != null && curve.isKnown()) {
                return curve;
            }
        }
        return null;
    }
}
