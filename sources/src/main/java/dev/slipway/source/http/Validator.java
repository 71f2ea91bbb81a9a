package dev.slipway.source.http;

import java.net.http.HttpHeaders;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server says that tells one state of a file from another. Empty, or -1, where it says nothing.
 *
 * @param etag with its quotes; weak ones begin with {@code W/}
 * @param lastModified as the server writes it
 * @param bytes the whole file's size
 */
public record Validator(String etag, String lastModified, long bytes) {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (?:(\\d{1,18})-\\d{1,18}|\\*)/(\\d{1,18}|\\*)");

    static Validator of(int status, HttpHeaders headers) {
        return new Validator(
                headers.firstValue("ETag").orElse(""),
                headers.firstValue("Last-Modified").orElse(""),
                status == 206 ? totalOf(headers) : length(headers));
    }

    /** Changes when the file does, as far as the server lets it be seen. */
    public String fingerprint() {
        String strong = etag.startsWith("W/") ? etag.substring(2) : etag;
        return strong.isEmpty() && lastModified.isEmpty() && bytes < 0
                ? "unknown"
                : "%s|%s|%d".formatted(strong, lastModified, bytes);
    }

    /** Whether both speak of something, and say other things of it. */
    public boolean contradicts(Validator other) {
        if (bytes >= 0 && other.bytes >= 0 && bytes != other.bytes) {
            return true;
        }
        if (!etag.isEmpty() && !other.etag.isEmpty()) {
            return !withoutWeakness(etag).equals(withoutWeakness(other.etag));
        }
        return !lastModified.isEmpty() && !other.lastModified.isEmpty() && !lastModified.equals(other.lastModified);
    }

    /** What {@code If-Range} may name: only strong tags and dates promise the same bytes; empty when there is none. */
    String forRange() {
        return !etag.isEmpty() && !etag.startsWith("W/") ? etag : etag.isEmpty() ? lastModified : "";
    }

    /** Where the bytes of a partial answer begin; -1 when it does not say. */
    static long rangeBegin(HttpHeaders headers) {
        Matcher matcher =
                CONTENT_RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
        return matcher.matches() && matcher.group(1) != null ? Long.parseLong(matcher.group(1)) : -1;
    }

    private static long totalOf(HttpHeaders headers) {
        Matcher matcher =
                CONTENT_RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
        return matcher.matches() && !matcher.group(2).equals("*") ? Long.parseLong(matcher.group(2)) : -1;
    }

    private static long length(HttpHeaders headers) {
        try {
            return Math.max(
                    -1, Long.parseLong(headers.firstValue("Content-Length").orElse("-1")));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static String withoutWeakness(String etag) {
        return etag.startsWith("W/") ? etag.substring(2) : etag;
    }
}
