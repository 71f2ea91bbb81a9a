package dev.slipway.server.metrics;

import dev.slipway.server.transport.RequestContext;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Times of one kind of thing, shown as a classic and as a native histogram of the Prometheus client, whose own one takes several
 * times as long for each time (RATIONALE.md has the numbers). Thread-safe; recording takes no lock.
 */
final class LatencyHistogram {
    private static final double NANOS_IN_SECOND = 1e9;
    private static final double[] CLASSIC = LatencyScale.classicSeconds();

    /** Null where nothing was counted: times of one thing lie close together. */
    private final AtomicReferenceArray<@Nullable LongAdder> cells = new AtomicReferenceArray<>(LatencyScale.CELLS);

    private final LongAdder sumNanos = new LongAdder();
    private final long createdMillis = System.currentTimeMillis();

    /** The last of each classic bucket; null as long as no request was traced. */
    private volatile @Nullable AtomicReferenceArray<@Nullable Exemplar> exemplars;

    /** What was counted so far; not changed any more. */
    static final class Counts {
        private final long[] cells;
        private final long sumNanos;

        private Counts(long[] cells, long sumNanos) {
            this.cells = cells;
            this.sumNanos = sumNanos;
        }

        long inCell(int cell) {
            return cells[cell];
        }

        long sumNanos() {
            return sumNanos;
        }

        long count() {
            long sum = 0;
            for (long count : cells) {
                sum += count;
            }
            return sum;
        }

        Counts plus(Counts other) {
            long[] sum = cells.clone();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += other.cells[i];
            }
            return new Counts(sum, sumNanos + other.sumNanos);
        }
    }

    /** @param nanos below 0 counts as 0 */
    void record(long nanos) {
        long time = Math.max(0, nanos);
        int cell = LatencyScale.cellOf(time);
        LongAdder count = cells.getPlain(cell);
        if (count == null) {
            cells.compareAndSet(cell, null, new LongAdder());
            count = cells.get(cell);
        }
        count.increment();
        sumNanos.add(time);
    }

    /**
     * As {@link #record(long)}, of a request.
     *
     * @param ids null for one that was not traced
     */
    void record(long nanos, RequestContext.@Nullable TraceIds ids) {
        record(nanos);
        if (ids == null) {
            return;
        }
        AtomicReferenceArray<@Nullable Exemplar> kept = exemplars;
        if (kept == null) {
            kept = new AtomicReferenceArray<>(CLASSIC.length + 1);
            exemplars = kept;
        }
        kept.set(
                LatencyScale.classicBucket(LatencyScale.cellOf(Math.max(0, nanos))),
                Exemplar.builder()
                        .value(nanos / NANOS_IN_SECOND)
                        .traceId(ids.traceId())
                        .spanId(ids.spanId())
                        .timestampMillis(System.currentTimeMillis())
                        .build());
    }

    Counts counts() {
        long[] counts = new long[LatencyScale.CELLS];
        long sum = sumNanos.sum();
        for (int i = 0; i < counts.length; i++) {
            LongAdder count = cells.get(i);
            counts[i] = count == null ? 0 : count.sum();
        }
        return new Counts(counts, sum);
    }

    long sumNanos() {
        return sumNanos.sum();
    }

    /** In seconds, both ways. */
    HistogramDataPointSnapshot snapshot(Labels labels) {
        Counts counts = counts();
        NativeHistogramBuckets.Builder buckets = NativeHistogramBuckets.builder();
        long[] classic = new long[CLASSIC.length + 1];
        long zero = 0;
        int last = Integer.MIN_VALUE;
        long inLast = 0;
        for (int cell = 0; cell < counts.cells.length; cell++) {
            long count = counts.cells[cell];
            classic[LatencyScale.classicBucket(cell)] += count;
            int index = LatencyScale.nativeIndex(cell);
            if (index == Integer.MIN_VALUE) {
                zero += count;
                continue;
            }
            if (index != last && inLast > 0) {
                buckets.bucket(last, inLast);
                inLast = 0;
            }
            last = index;
            inLast += count;
        }
        if (inLast > 0) {
            buckets.bucket(last, inLast);
        }
        return HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(classic(CLASSIC, classic))
                .nativeSchema(LatencyScale.SCHEMA)
                .nativeZeroThreshold(LatencyScale.ZERO_SECONDS)
                .nativeZeroCount(zero)
                .nativeBucketsForPositiveValues(buckets.build())
                .sum(counts.sumNanos / NANOS_IN_SECOND)
                .labels(labels)
                .exemplars(exemplars())
                .createdTimestampMillis(createdMillis)
                .build();
    }

    /** @param counts one more than bounds, for what is above all of them */
    static ClassicHistogramBuckets classic(double[] bounds, long[] counts) {
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < counts.length; i++) {
            buckets.bucket(i < bounds.length ? bounds[i] : Double.POSITIVE_INFINITY, counts[i]);
        }
        return buckets.build();
    }

    private Exemplars exemplars() {
        AtomicReferenceArray<@Nullable Exemplar> kept = exemplars;
        if (kept == null) {
            return Exemplars.EMPTY;
        }
        List<Exemplar> found = new ArrayList<>();
        for (int i = 0; i < kept.length(); i++) {
            Exemplar exemplar = kept.get(i);
            if (exemplar != null) {
                found.add(exemplar);
            }
        }
        return Exemplars.of(found);
    }
}
