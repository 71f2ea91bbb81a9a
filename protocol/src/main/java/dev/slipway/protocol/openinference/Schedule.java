package dev.slipway.protocol.openinference;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;

/**
 * What a request says of its place in the line: Triton's scheduling policy extension.
 *
 * @param priority from 1, the most urgent; 0 for the model's default
 * @param timeoutMicros how long it may wait; 0 for the model's default
 * @see <a
 *     href="https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_schedule_policy.md">Triton:
 *     schedule policy extension</a>
 */
public record Schedule(int priority, long timeoutMicros) {
    /** The model's own. */
    public static final Schedule DEFAULT = new Schedule(0, 0);

    /** The name of the parameter for the priority. */
    public static final String PRIORITY = "priority";

    /** The name of the parameter for the timeout, in microseconds. */
    public static final String TIMEOUT = "timeout";

    private static final long TIMEOUT_MICROS_MAX = 365L * 24 * 3600 * 1_000_000;

    /** @throws SlipwayException {@code INVALID_ARGUMENT} below 0 */
    public Schedule withPriority(long asked) {
        if (asked < 0) {
            throw invalid(PRIORITY, asked);
        }
        return new Schedule((int) Math.min(asked, Integer.MAX_VALUE), timeoutMicros);
    }

    /** @throws SlipwayException {@code INVALID_ARGUMENT} below 0 */
    public Schedule withTimeout(long askedMicros) {
        if (askedMicros < 0) {
            throw invalid(TIMEOUT, askedMicros);
        }
        return new Schedule(priority, Math.min(askedMicros, TIMEOUT_MICROS_MAX));
    }

    private static SlipwayException invalid(String name, long found) {
        return new SlipwayException(
                ErrorCode.INVALID_ARGUMENT, "parameter '%s' is %d (expected: >= 0)".formatted(name, found));
    }
}
