package dev.slipway.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.transport.RequestContext;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBucket;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.NativeHistogramBucket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyHistogramTest {
    private static final double NANOS_IN_SECOND = 1e9;

    private final LatencyHistogram histogram = new LatencyHistogram();

    private HistogramDataPointSnapshot snapshot() {
        return histogram.snapshot(Labels.of("model", "iris"));
    }

    /** As the Prometheus client's own histogram has them. */
    private static HistogramDataPointSnapshot expected(long[] times) {
        Histogram own = Histogram.builder()
                .name("expected_seconds")
                .classicUpperBounds(LatencyScale.classicSeconds())
                .nativeInitialSchema(LatencyScale.SCHEMA)
                .nativeMinZeroThreshold(LatencyScale.ZERO_SECONDS)
                .nativeMaxZeroThreshold(LatencyScale.ZERO_SECONDS)
                .nativeMaxNumberOfBuckets(0)
                .register();
        try {
            LongStream.of(times).forEach(nanos -> own.observe(nanos / NANOS_IN_SECOND));
            return own.collect().getDataPoints().get(0);
        } finally {
            io.prometheus.metrics.model.registry.PrometheusRegistry.defaultRegistry.unregister(own);
        }
    }

    private static List<String> buckets(HistogramDataPointSnapshot point) {
        List<String> all = new ArrayList<>();
        for (ClassicHistogramBucket bucket : point.getClassicBuckets()) {
            all.add(bucket.getUpperBound() + ": " + bucket.getCount());
        }
        for (NativeHistogramBucket bucket : point.getNativeBucketsForPositiveValues()) {
            all.add(bucket.getBucketIndex() + ": " + bucket.getCount());
        }
        all.add("zero: " + point.getNativeZeroCount() + " schema: " + point.getNativeSchema());
        return all;
    }

    @Test
    void hasTheBucketsThatTheClientsOwnHistogramHas() {
        Random random = new Random(7);
        long[] times = LongStream.concat(
                        LongStream.of(
                                0,
                                1,
                                59,
                                60,
                                61,
                                49_999,
                                50_000,
                                50_001,
                                1_000_000_000,
                                1_000_000_001,
                                30_000_000_000L),
                        random.doubles(20_000, Math.log(60), Math.log(4e12)).mapToLong(log -> (long) Math.exp(log)))
                .toArray();
        LongStream.of(times).forEach(histogram::record);

        assertThat(buckets(snapshot())).isEqualTo(buckets(expected(times)));
        assertThat(snapshot().getCount()).isEqualTo(times.length);
        assertThat(snapshot().getSum()).isEqualTo(LongStream.of(times).sum() / NANOS_IN_SECOND);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 59, 60, Long.MAX_VALUE})
    void countsWhateverItIsTold(long nanos) {
        histogram.record(nanos);

        assertThat(snapshot().getCount()).isEqualTo(1);
        assertThat(snapshot().getSum()).isGreaterThanOrEqualTo(0);
    }

    @Test
    void countsUnderEveryBoundOfTensorFlowServing() {
        long[] counts = new long[LatencyScale.peerBounds().length + 1];
        for (double bound : LatencyScale.peerBounds()) {
            counts[LatencyScale.peerBucket(LatencyScale.cellOf((long) (bound * 1e3)))]++;
            counts[LatencyScale.peerBucket(LatencyScale.cellOf((long) (bound * 1e3) + 1))]++;
        }
        // The bound itself is below it, what follows above: two in all but the first and the last.
        assertThat(counts).startsWith(1, 2, 2);
        assertThat(LongStream.of(counts).sum()).isEqualTo(2L * LatencyScale.peerBounds().length);
        assertThat(counts[counts.length - 1]).isEqualTo(1);
    }

    @Test
    void losesNothingBetweenThreads() throws InterruptedException {
        List<Thread> threads = Stream.generate(() -> new Thread(() -> {
                    for (int nanos = 0; nanos < 100_000; nanos++) {
                        histogram.record(nanos);
                    }
                }))
                .limit(3)
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(histogram.counts().count()).isEqualTo(300_000);
        assertThat(histogram.sumNanos()).isEqualTo(3 * 99_999L * 100_000 / 2);
    }

    @Test
    void keepsTheLastTraceOfEachClassicBucket() {
        histogram.record(1_000, new RequestContext.TraceIds("a".repeat(32), "1".repeat(16)));
        histogram.record(2_000, new RequestContext.TraceIds("b".repeat(32), "2".repeat(16)));
        histogram.record(2_000_000, new RequestContext.TraceIds("c".repeat(32), "3".repeat(16)));
        histogram.record(1_000);

        List<String> found = new ArrayList<>();
        for (Exemplar exemplar : snapshot().getExemplars()) {
            found.add(exemplar.getLabels().get("trace_id").charAt(0) + " " + exemplar.getValue());
        }
        assertThat(found).containsExactly("b 2.0E-6", "c 0.002");
    }
}
