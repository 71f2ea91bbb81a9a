package dev.slipway.source;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.source.http.HttpLocation;
import dev.slipway.source.s3.S3Location;
import java.util.List;
import java.util.Locale;

/** Tells the kinds of locations apart. */
public final class Locations {
    private static final List<String> HTTP = List.of("http://", "https://");
    private static final List<String> STORES = List.of("s3://", "gs://");

    private Locations() {}

    /** Whether a location is one for {@link RemoteSource}, by its scheme; paths are not. */
    public static boolean isRemote(String location) {
        return isHttp(location) || isStore(location);
    }

    /**
     * Checks a model's location.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it can't be one
     */
    public static void check(String location) {
        if (isHttp(location)) {
            HttpLocation.parse(location);
        } else if (isStore(location)) {
            S3Location.parse(location);
        } else {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "location '%s' (expected: http://, https://, s3:// or gs://)".formatted(shown(location)));
        }
    }

    /** The location as messages and logs may show it: without user, password, query and fragment. */
    public static String shown(String location) {
        String plain = location.replaceFirst("[?#].*$", "");
        return plain.replaceFirst("^([A-Za-z0-9+.-]+://)[^/]*@", "$1");
    }

    static boolean isHttp(String location) {
        return startsWithAny(location, HTTP);
    }

    static boolean isStore(String location) {
        return startsWithAny(location, STORES);
    }

    private static boolean startsWithAny(String location, List<String> schemes) {
        String lower = location.toLowerCase(Locale.ROOT);
        return schemes.stream().anyMatch(lower::startsWith);
    }
}
