package dev.slipway.server.transport;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The heads of answers that are no errors. */
final class GrpcHeads {
    static final AsciiString HTTP_OK = AsciiString.cached("200");
    static final AsciiString CONTENT_TYPE_NAME = AsciiString.cached("content-type");
    static final AsciiString CONTENT_TYPE_VALUE = AsciiString.cached(GrpcExchange.CONTENT_TYPE);
    static final AsciiString REQUEST_ID = AsciiString.cached(RequestContext.REQUEST_ID);
    static final AsciiString PREDICTION_ID = AsciiString.cached(RequestContext.PREDICTION_ID);
    static final AsciiString TRACE_RESPONSE = AsciiString.cached(RequestContext.TRACE_RESPONSE);

    /** More than there are models; those of models that are gone go at once with all others. */
    private static final int KEPT_MAX = 4096;

    /** What answers say of a model is the same for all of its answers, and the names that requests are asked for are: made once. */
    private static final Map<String, AsciiString> KEPT = new ConcurrentHashMap<>();

    private GrpcHeads() {}

    /**
     * @param context what the request is found again by
     * @param key of a word more, in lower case
     * @param value printable ASCII; empty to say nothing
     */
    static Http2Headers of(RequestContext context, String key, String value) {
        String predictionId = context.predictionId();
        RequestContext.TraceIds trace = context.trace();
        AsciiString[] said =
                new AsciiString[4 + words(!value.isEmpty()) + words(!predictionId.isEmpty()) + words(trace != null)];
        said[0] = CONTENT_TYPE_NAME;
        said[1] = CONTENT_TYPE_VALUE;
        said[2] = REQUEST_ID;
        said[3] = AsciiString.of(context.requestId());
        int at = 4;
        if (!predictionId.isEmpty()) {
            said[at++] = PREDICTION_ID;
            // Mostly it is the request's own id.
            said[at++] = predictionId.equals(context.requestId()) ? said[3] : AsciiString.of(predictionId);
        }
        if (trace != null) {
            said[at++] = TRACE_RESPONSE;
            said[at++] = AsciiString.of(trace.header());
        }
        if (!value.isEmpty()) {
            said[at++] = kept(key);
            said[at] = kept(value);
        }
        return ReadOnlyHttp2Headers.serverHeaders(false, HTTP_OK, said);
    }

    /** A name and a value, where there is something to say. */
    private static int words(boolean isSaid) {
        return isSaid ? 2 : 0;
    }

    /** All values of a name in a request's head, in their order. */
    static List<String> all(Http2Headers head, CharSequence name) {
        return head.getAll(name).stream().map(CharSequence::toString).toList();
    }

    /** The text with all but printable ASCII, and the percent sign, as UTF-8 bytes in hexadecimal. */
    static String percentEncode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder encoded = new StringBuilder(bytes.length + 16);
        for (byte b : bytes) {
            if (b >= ' ' && b <= '~' && b != '%') {
                encoded.append((char) b);
            } else {
                encoded.append('%')
                        .append(Character.toUpperCase(Character.forDigit(b >> 4 & 0xF, 16)))
                        .append(Character.toUpperCase(Character.forDigit(b & 0xF, 16)));
            }
        }
        return encoded.toString();
    }

    /** What comes before a question mark. */
    static String path(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    /** The same, hashed once; of what there is little of. */
    static AsciiString kept(String value) {
        AsciiString kept = KEPT.get(value);
        if (kept == null) {
            if (KEPT.size() >= KEPT_MAX) {
                KEPT.clear();
            }
            kept = new AsciiString(value);
            KEPT.put(value, kept);
        }
        return kept;
    }
}
