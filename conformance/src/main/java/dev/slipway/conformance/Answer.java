package dev.slipway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import java.util.Locale;
import java.util.Map;

/**
 * What came back over HTTP.
 *
 * @param headers and trailers, with names in lower case; values of one name joined by commas
 * @param messages those of gRPC, as JSON each; over REST there are none
 */
record Answer(int status, Map<String, String> headers, ByteString body, JsonNode messages) {
    String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
}
