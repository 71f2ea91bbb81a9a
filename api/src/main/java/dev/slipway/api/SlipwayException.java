package dev.slipway.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An error that a caller can understand: a category to act on, and a message that names the subject, what was found and
 * what was expected.
 */
public class SlipwayException extends RuntimeException {
    private final ErrorCode code;
    private final Duration retryAfter;

    public SlipwayException(ErrorCode code, String message) {
        this(code, message, null, Duration.ZERO);
    }

    public SlipwayException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, message, cause, Duration.ZERO);
    }

    private SlipwayException(ErrorCode code, String message, @Nullable Throwable cause, Duration retryAfter) {
        super(message, cause);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /** An error that is worth another try after {@code retryAfter}. */
    public static SlipwayException passing(ErrorCode code, String message, Duration retryAfter) {
        return new SlipwayException(code, message, null, retryAfter);
    }

    /** The category. */
    public ErrorCode code() {
        return code;
    }

    /** When it is worth trying again; zero when nobody can tell. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** The message, never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
