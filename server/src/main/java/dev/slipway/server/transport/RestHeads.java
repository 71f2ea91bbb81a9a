package dev.slipway.server.transport;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Locale;
import java.util.Map;

/** What the heads of HTTP requests say, and those of answers. */
final class RestHeads {
    static final CharSequence REQUEST_ID = HttpHeaders.createOptimized(RequestContext.REQUEST_ID);

    private static final CharSequence JSON_HEADER_LENGTH =
            HttpHeaders.createOptimized("inference-header-content-length");
    private static final CharSequence EXPECT = HttpHeaders.createOptimized("expect");
    private static final CharSequence ORIGIN = HttpHeaders.createOptimized("origin");
    private static final CharSequence PREDICTION_ID = HttpHeaders.createOptimized(RequestContext.PREDICTION_ID);
    private static final CharSequence TRACE_RESPONSE = HttpHeaders.createOptimized(RequestContext.TRACE_RESPONSE);
    private static final CharSequence ALLOW_ORIGIN = HttpHeaders.createOptimized("access-control-allow-origin");
    private static final CharSequence ALLOW_METHODS = HttpHeaders.createOptimized("access-control-allow-methods");
    private static final CharSequence ALLOW_HEADERS = HttpHeaders.createOptimized("access-control-allow-headers");
    private static final CharSequence EXPOSE_HEADERS = HttpHeaders.createOptimized("access-control-expose-headers");

    private RestHeads() {}

    /** Bytes of JSON before the binary data of an Open Inference request; -1 for any other. */
    static int jsonHeaderBytes(MultiMap headers) {
        String length = headers.get(JSON_HEADER_LENGTH);
        try {
            return length == null ? -1 : Integer.parseInt(length.strip());
        } catch (NumberFormatException e) {
            return -1; // The handler says so.
        }
    }

    /** How long the body says it will be; 0 where that is not known. */
    static long announcedBytes(MultiMap headers) {
        String length = headers.get(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            return 0;
        }
        try {
            return Long.parseLong(length);
        } catch (NumberFormatException e) {
            return 0; // HTTP/1.1 was checked by then; in HTTP/2 it is what comes that counts.
        }
    }

    /** Whether the client waits to be told that its body is wanted. */
    static boolean asksFirst(MultiMap headers) {
        return "100-continue".equalsIgnoreCase(headers.get(EXPECT));
    }

    static boolean acceptsGzip(MultiMap headers) {
        String accepted = headers.get(HttpHeaders.ACCEPT_ENCODING);
        if (accepted == null) {
            return false;
        }
        for (String one : accepted.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = one.split(";", 2);
            String coding = parts[0].trim();
            if (coding.equals("gzip") || coding.equals("*")) {
                return parts.length == 1 || !parts[1].trim().matches("q=0(\\.0*)?");
            }
        }
        return false;
    }

    /** Whether a body of this type is worth compressing. */
    static boolean isText(String contentType) {
        return contentType.startsWith("text/")
                || contentType.startsWith("application/json")
                || contentType.contains("+json")
                || contentType.startsWith("application/openmetrics-text")
                // Names and labels mostly, over and over again.
                || contentType.startsWith("application/vnd.google.protobuf");
    }

    /** Whether a browser asks if a page from elsewhere may call. */
    static boolean isPreflight(HttpServerRequest request) {
        return request.method().equals(HttpMethod.OPTIONS) && request.headers().contains(ORIGIN);
    }

    /** What a log tells of a request. */
    static EndedRequest.Asked asked(HttpServerRequest request) {
        String protocol = switch (request.version()) {
            case HTTP_1_0 -> "HTTP/1.0";
            case HTTP_1_1 -> "HTTP/1.1";
            case HTTP_2 -> "HTTP/2";
        };
        String path = request.path();
        return new EndedRequest.Asked(
                request.method().name(),
                path == null ? "" : path,
                protocol,
                request.headers().get(HttpHeaders.USER_AGENT));
    }

    /** Says what the request is found again by. */
    static void identify(HttpServerResponse response, RequestContext context) {
        response.putHeader(REQUEST_ID, context.requestId());
        if (!context.predictionId().isEmpty()) {
            response.putHeader(PREDICTION_ID, context.predictionId());
        }
        RequestContext.TraceIds trace = context.trace();
        if (trace != null) {
            response.putHeader(TRACE_RESPONSE, trace.header());
        }
    }

    /** Says that pages from everywhere may ask: as TensorFlow Serving does, and by which headers they say who they are. */
    static void allowPages(HttpServerResponse response) {
        response.putHeader(ALLOW_ORIGIN, "*");
        response.putHeader(ALLOW_METHODS, "POST, GET");
        response.putHeader(ALLOW_HEADERS, "Content-Type, Authorization, X-API-Key");
        response.putHeader(EXPOSE_HEADERS, "X-Request-Id, Slipway-Prediction-Id, Traceresponse");
    }

    /** Says what is in {@code headers}. */
    static void put(HttpServerResponse response, Map<String, String> headers) {
        if (!headers.isEmpty()) {
            headers.forEach((name, value) -> response.putHeader(name.toLowerCase(Locale.ROOT), value));
        }
    }
}
