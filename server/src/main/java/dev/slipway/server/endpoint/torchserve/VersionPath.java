package dev.slipway.server.endpoint.torchserve;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionChoice;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Versions as paths name them: {@code 2}, or {@code 2.0}, as TorchServe numbers them; anything else is a label. */
final class VersionPath {
    private static final Pattern NUMBER = Pattern.compile("([0-9]{1,18})(?:\\.0){0,3}");

    private VersionPath() {}

    static VersionChoice choice(String segment) {
        Matcher matcher = NUMBER.matcher(segment);
        return matcher.matches()
                ? new VersionChoice.Exact(Long.parseLong(matcher.group(1)))
                : new VersionChoice.Label(segment);
    }

    /** @throws SlipwayException {@code INVALID_ARGUMENT} for a label */
    static long number(String segment) {
        if (choice(segment) instanceof VersionChoice.Exact exact) {
            return exact.version();
        }
        throw new SlipwayException(
                ErrorCode.INVALID_ARGUMENT, "version '%s' (expected: a whole number, or N.0)".formatted(segment));
    }
}
