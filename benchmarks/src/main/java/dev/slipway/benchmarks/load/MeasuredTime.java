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
    private final Intervals intervals;
    private final Piece piece = new Piece();
    private boolean begun;
    private long fromNanos;
    private long toNanos;
    private long right;
    private long shed;
    private long late;
    private Meter.@Nullable Reading first;
    private Meter.@Nullable Reading last;

    /** Since the last interval ended. */
    private static final class Piece {
        final Histogram nanos = new Histogram(LONGEST_NANOS, 3);
        long endNanos;
        long rightBefore;
        long shedBefore;
        long lateBefore;
    }

    MeasuredTime(Meter meter, Duration warmUp, Duration measured) {
        this(meter, warmUp, measured, Intervals.NONE);
    }

    MeasuredTime(Meter meter, Duration warmUp, Duration measured, Intervals intervals) {
        this.intervals = intervals;
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
            piece.endNanos = fromNanos + intervals.length().toNanos();
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
        if (begun && now - piece.endNanos >= 0 && piece.endNanos - toNanos <= 0) {
            endPiece();
        }
    }

    private void endPiece() {
        Measurement found = new Measurement(
                right - piece.rightBefore,
                new Meter.Span(intervals.length().toNanos() / 1e9, Double.NaN, Double.NaN),
                Measurement.Latency.of(piece.nanos),
                new Measurement.Refusals(shed - piece.shedBefore, late - piece.lateBefore));
        piece.nanos.reset();
        piece.rightBefore = right;
        piece.shedBefore = shed;
        piece.lateBefore = late;
        piece.endNanos += intervals.length().toNanos();
        intervals.each().accept(found);
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
        long bounded = Math.min(LONGEST_NANOS, Math.max(0, latencyNanos));
        nanos.recordValue(bounded);
        piece.nanos.recordValue(bounded);
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
