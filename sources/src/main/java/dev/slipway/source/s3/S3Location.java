package dev.slipway.source.s3;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in an object store.
 *
 * @param store which one
 * @param bucket its bucket
 * @param path of an object, or of all whose keys begin with it and a slash; without slashes at its ends; empty for the
 *     whole bucket
 */
public record S3Location(Store store, String bucket, String path) {
    private static final Pattern FORM = Pattern.compile("(?i:(s3|gs))://([a-z0-9][a-z0-9._-]{2,221})(?:/(.*))?");

    /** Whose endpoint and keys count. */
    public enum Store {
        /** {@code s3://}: Amazon's, or what the environment names instead. */
        S3,
        /** {@code gs://}: Google's, through its interface for clients of S3. */
        GS
    }

    /** @throws SlipwayException {@code INVALID_ARGUMENT} when it is none */
    public static S3Location parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "location '%s' (expected: s3://BUCKET/PATH or gs://BUCKET/PATH, the bucket with 3 to 222 characters)"
                            .formatted(text));
        }
        String path = matcher.group(3) == null ? "" : matcher.group(3);
        path = path.replaceFirst("^/+", "").replaceFirst("/+$", "");
        Store store = Store.valueOf(matcher.group(1).toUpperCase(Locale.ROOT));
        return new S3Location(store, matcher.group(2), path);
    }

    /** {@code s3://bucket/path}. */
    @Override
    public String toString() {
        String scheme = store.name().toLowerCase(Locale.ROOT);
        return scheme + "://" + bucket + (path.isEmpty() ? "" : "/" + path);
    }
}
