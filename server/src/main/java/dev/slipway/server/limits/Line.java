package dev.slipway.server.limits;

import dev.slipway.api.ByteSize;
import dev.slipway.api.SlipwayException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One set of limits that counts for a request, and where that is counted. Thread-safe. */
final class Line {
    private static final Duration WORTH_ANOTHER_TRY = Duration.ofSeconds(1);

    final Limits limits;
    final @Nullable Pace requests;
    final @Nullable Pace rows;
    final @Nullable Pace bytes;

    private final Meters.Key key;
    private final String subject;
    private final Meters meters;
    /** The one that was used last. */
    private volatile Meter last;

    /** @param subject whom a refusal tells of; empty for a model */
    Line(Meters.Key key, String subject, Limits limits, Meters meters) {
        this.key = key;
        this.subject = subject;
        this.limits = limits;
        this.meters = meters;
        this.requests = pace(limits.requests());
        this.rows = pace(limits.rows());
        this.bytes = pace(limits.bytes());
        this.last = meters.of(key);
    }

    private @Nullable Pace pace(@Nullable Rate rate) {
        return rate == null ? null : Pace.of(rate, limits.burst());
    }

    /** Counts a request in what it returns; null when there are as many in flight as may be. */
    @Nullable
    Meter enter() {
        Meter meter = last;
        while (true) {
            switch (meter.enter(limits.concurrent())) {
                case ENTERED -> {
                    return meter;
                }
                case FULL -> {
                    return null;
                }
                case GONE -> {
                    meters.remove(key, meter);
                    meter = meters.of(key);
                    last = meter;
                }
            }
        }
    }

    /** @param waitNanos after which it is worth another try; 0 when nobody can tell: a client is told a second then */
    SlipwayException refusal(Kind kind, long waitNanos) {
        String what = (subject.isEmpty() ? "model '" + key.models() + "' takes " : mayAsk()) + amount(kind);
        if (waitNanos == 0) {
            return new Refused(what, WORTH_ANOTHER_TRY);
        }
        Duration wait = Duration.ofNanos(waitNanos);
        return new Refused(what + " (retry in " + inWords(wait) + ")", wait);
    }

    private String mayAsk() {
        String models = key.models();
        if (models.equals("*")) {
            return subject + " may ask ";
        }
        return subject + " may ask of " + (models.indexOf('*') < 0 ? "model '" : "models '") + models + "' ";
    }

    private String amount(Kind kind) {
        return switch (kind) {
            case REQUESTS -> requests(count(limits.requests())) + per(limits.requests());
            case ROWS -> count(limits.rows()) + " rows" + per(limits.rows());
            case BYTES -> ByteSize.format(count(limits.bytes())) + per(limits.bytes());
            case CONCURRENT -> requests(limits.concurrent()) + " at a time";
        };
    }

    private static String requests(long count) {
        return count + (count == 1 ? " request" : " requests");
    }

    private static long count(@Nullable Rate rate) {
        return rate == null ? 0 : rate.count();
    }

    private static String per(@Nullable Rate rate) {
        return rate == null ? "" : " " + rate.per().words();
    }

    private static String inWords(Duration wait) {
        long millis = wait.plusNanos(999_999).toMillis();
        return millis < 1000 ? millis + " ms" : (millis + 999) / 1000 + " s";
    }
}
