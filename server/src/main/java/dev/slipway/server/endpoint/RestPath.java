package dev.slipway.server.endpoint;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionChoice;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Takes paths apart: segments, their escapes, versions and labels. */
public final class RestPath {
    private RestPath() {}

    /** The segments between slashes, escapes decoded; a slash at the end adds none. */
    public static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        int start = 1;
        while (start < path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            segments.add(decode(path.substring(start, end)));
            start = end + 1;
        }
        return segments;
    }

    /** Percent escapes to UTF-8; unlike in forms, a plus is a plus. */
    public static String decode(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(segment.length());
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c != '%') {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
                continue;
            }
            int high = i + 2 <= segment.length() - 1 ? Character.digit(segment.charAt(i + 1), 16) : -1;
            int low = i + 2 <= segment.length() - 1 ? Character.digit(segment.charAt(i + 2), 16) : -1;
            if (high < 0 || low < 0) {
                throw new SlipwayException(
                        ErrorCode.INVALID_ARGUMENT,
                        "path segment '%s' has a broken escape (expected: %%XX)".formatted(segment));
            }
            bytes.write(high << 4 | low);
            i += 2;
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** @throws SlipwayException {@code INVALID_ARGUMENT} unless {@code text} is a whole number */
    public static VersionChoice.Exact version(String text) {
        boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        try {
            if (digits) {
                return new VersionChoice.Exact(Long.parseLong(text));
            }
        } catch (NumberFormatException e) {
            // More than a long holds; said below.
        }
        throw new SlipwayException(
                ErrorCode.INVALID_ARGUMENT, "version '%s' (expected: a whole number)".formatted(text));
    }
}
