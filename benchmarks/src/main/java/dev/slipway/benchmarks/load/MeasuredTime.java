package dev.slipway.benchmarks.load;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The time in which requests count, after a warm-up, and what was counted. Lives on one event loop. */
final class MeasuredTime {
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final Meter meter;
    private final long warmUpNanos;
    private final long measuredNanos;
    private final Histogram nanos = new Histogram(LONGEST_NANOS, 3);
    private boolean begun;
    private long fromNanos;
    private long toNanos;
    private long right;
    private long shed;
    private long late;
    private Meter.@Nullable Reading first;
    private Meter.@Nullable Reading last;

    MeasuredTime(Meter meter, Duration warmUp, Duration measured) {
        this.meter = meter;
        this.warmUpNanos = warmUp.toNanos();
        this.measuredNanos = measured.toNanos();
    }

    /** Starts the clock, the first time that it is called. */
    void begin(long now) {
        if (!begun) {
            begun = true;
            fromNanos = now + warmUpNanos;
            toNanos = fromNanos + measuredNanos;
        }
    }

    long endNanos() {
        return toNanos;
    }

    boolean isOver(long now) {
        return begun && now - toNanos >= 0;
    }

    /** To be called with each request, so that the clocks are read at both ends. */
    void look(long now) {
        if (begun && now - fromNanos >= 0 && first == null) {
            first = meter.read();
        }
        if (isOver(now) && last == null) {
            last = meter.read();
        }
    }

    boolean counts(long now) {
        return begun && now - fromNanos >= 0 && now - toNanos < 0;
    }

    void answered(long latencyNanos) {
        right++;
        admitted(latencyNanos);
    }

    /** Past its deadline: no good to anybody, but its latency is one of those that were admitted. */
    void answeredLate(long latencyNanos) {
        late++;
        admitted(latencyNanos);
    }

    private void admitted(long latencyNanos) {
        nanos.recordValue(Math.min(LONGEST_NANOS, Math.max(0, latencyNanos)));
    }

    void shed() {
        shed++;
    }

    void late() {
        late++;
    }

    /** Over the time that was to be measured; the clocks are read when a request comes by, so a little beside it. */
    Measurement measurement() {
        Meter.Reading from = first == null ? meter.read() : first;
        Meter.Reading to = last == null ? meter.read() : last;
        Meter.Span read = Meter.Span.between(from, to);
        double seconds = measuredNanos / 1e9;
        double cpuSeconds = read.cpuSeconds() * seconds / Math.max(read.seconds(), 1e-9);
        return new Measurement(
                right,
                new Meter.Span(seconds, cpuSeconds, read.generatorBusy()),
                Measurement.Latency.of(nanos),
                new Measurement.Refusals(shed, late));
    }
}
