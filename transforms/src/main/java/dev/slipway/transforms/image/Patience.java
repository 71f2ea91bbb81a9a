package dev.slipway.transforms.image;

import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;

/** How long one picture may take. Used by one thread. */
final class Patience {
    private final LongSupplier nanoClock;
    private final Deadline request;
    private final Deadline own;
    private final Duration timeMax;

    /**
     * @param request when nobody waits for the picture any more
     * @param timeMax from now on
     */
    Patience(LongSupplier nanoClock, Deadline request, Duration timeMax) {
        this.nanoClock = nanoClock;
        this.request = request;
        this.own = Deadline.after(timeMax, nanoClock.getAsLong());
        this.timeMax = timeMax;
    }

    /** Nanoseconds that are left; negative or 0 for none. */
    long remainingNanos() {
        long now = nanoClock.getAsLong();
        return Math.min(request.remainingNanos(now), own.remainingNanos(now));
    }

    boolean isOver() {
        return remainingNanos() <= 0;
    }

    /** Says to a decoder that it is to end. */
    void check() throws IOException {
        if (isOver()) {
            throw new IOException("the time is over");
        }
    }

    /** Why it is to end. */
    SlipwayException over(String subject) {
        if (request.isExpired(nanoClock.getAsLong())) {
            return new SlipwayException(ErrorCode.DEADLINE_EXCEEDED, "%s: the deadline has passed".formatted(subject));
        }
        return new SlipwayException(
                ErrorCode.INVALID_ARGUMENT,
                "%s: takes longer than %d ms (max_time)".formatted(subject, timeMax.toMillis()));
    }
}
