package dev.slipway.server.endpoint.management;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a caller wants to wait for an operation's end. */
final class WaitTime {
    /** Below the longest time that a request may take. */
    static final Duration MAX = Duration.ofMinutes(50);

    private static final Pattern FORM = Pattern.compile("(\\d{1,7})(ms|s|m)");

    private WaitTime() {}

    /** @throws SlipwayException {@code INVALID_ARGUMENT} unless {@code text} is such as {@code 30s} */
    static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            Duration time = switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                default -> Duration.ofMinutes(number);
            };
            if (time.compareTo(MAX) <= 0) {
                return time;
            }
        }
        throw new SlipwayException(
                ErrorCode.INVALID_ARGUMENT,
                "wait '%s' (expected: a time such as 500ms, 30s or 2m, at most %dm)".formatted(text, MAX.toMinutes()));
    }
}
