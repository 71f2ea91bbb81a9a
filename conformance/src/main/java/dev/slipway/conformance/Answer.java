package dev.slipway.conformance;

import java.util.Locale;
import java.util.Map;

/**
 * What came back over HTTP.
 *
 * @param headers and trailers, with names in lower case; values of one name joined by commas
 */
record Answer(int status, Map<String, String> headers, byte[] body) {
    String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
}
