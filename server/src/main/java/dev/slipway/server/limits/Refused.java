package dev.slipway.server.limits;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.time.Duration;

/** A request that a limit does not let in. Where it comes from is no secret: no stack is walked for it, since it may come often. */
final class Refused extends SlipwayException {
    private final Duration wait;

    /** @param wait after which it is worth another try */
    Refused(String message, Duration wait) {
        super(ErrorCode.RESOURCE_EXHAUSTED, message);
        this.wait = wait;
    }

    @Override
    public Duration retryAfter() {
        return wait;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
