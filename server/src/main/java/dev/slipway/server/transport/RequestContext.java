package dev.slipway.server.transport;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * By which words a request is found again: in its answer, in logs and traces. Belongs to whatever thread works on the request.
 */
public final class RequestContext {
    /** The header, and metadata key, of the request's own word for itself. */
    public static final String REQUEST_ID = "x-request-id";

    /** The header, and metadata key, of what the server calls a prediction. */
    public static final String PREDICTION_ID = "slipway-prediction-id";

    /**
     * The header, and metadata key, of the span that stands for the request, where it is traced.
     *
     * @see <a href="https://w3c.github.io/trace-context/#traceresponse-header">W3C: Trace Context, traceresponse</a>
     */
    public static final String TRACE_RESPONSE = "traceresponse";

    private static final int REQUEST_ID_LENGTH_MAX = 128;

    private final String requestId;

    /** Whether the request's id was made here, for nothing else. */
    private final boolean isOwn;

    private final long startNanos = System.nanoTime();
    private boolean hasWaited;
    private String predictionId = "";
    private String served = "";
    private int status = -1;
    private @Nullable TraceIds trace;
    private @Nullable Ending ending;

    /**
     * The span of a trace that stands for a request.
     *
     * @param traceId 32 digits, in lower case
     * @param spanId 16 digits, in lower case
     */
    public record TraceIds(String traceId, String spanId) {
        /** As {@link #TRACE_RESPONSE} has it, of one that is sampled. */
        public String header() {
            return "00-" + traceId + "-" + spanId + "-01";
        }
    }

    /** Told once, when a request has been answered, or nobody waits for its answer any more. */
    @FunctionalInterface
    public interface Ending {
        /** @param status the answer's, of HTTP or of gRPC; -1 when there was none */
        void ended(int status);
    }

    private RequestContext(String requestId, boolean isOwn) {
        this.requestId = requestId;
        this.isOwn = isOwn;
    }

    /** @param said the request's own word for itself; null, or nothing that a log could bear, for one that is made here */
    static RequestContext of(@Nullable String said) {
        return said != null && isPlain(said) ? new RequestContext(said, false) : new RequestContext(newId(), true);
    }

    /** Of one message of a stream. */
    RequestContext ofMessage() {
        return new RequestContext(requestId, false);
    }

    /** Visible ASCII, and not too much of it: nothing that could end a line or a header. */
    private static boolean isPlain(String text) {
        int length = text.length();
        if (length == 0 || length > REQUEST_ID_LENGTH_MAX) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }

    /**
     * A UUID of version 7, which sorts by the millisecond it was made in. To be told apart by, not to be kept secret.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7">RFC 9562, 5.7: UUID version 7</a>
     */
    public static String newId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = System.currentTimeMillis() << 16 | 0x7000 | random.nextInt(1 << 12);
        long low = random.nextLong() >>> 2 | Long.MIN_VALUE;
        return new UUID(high, low).toString();
    }

    /** The client's word for the request, or one of our own. */
    public String requestId() {
        return requestId;
    }

    /** What the server calls the prediction that it makes; empty for a request that asks for none. */
    public String predictionId() {
        return predictionId;
    }

    /** The request asks for a prediction, which has an id from now on, unlike that of any other; once more changes nothing. */
    public void predicts() {
        if (predictionId.isEmpty()) {
            predictionId = isOwn ? requestId : newId();
        }
    }

    /** When the whole of the request had come, by {@link System#nanoTime}. */
    public long startNanos() {
        return startNanos;
    }

    /** The request is not handled at once: what it waits for is no work on it. */
    public void waits() {
        hasWaited = true;
    }

    public boolean hasWaited() {
        return hasWaited;
    }

    /** What answers, for a log: {@code fraud:7}; empty where nothing is known. */
    public String served() {
        return served;
    }

    public void served(String what) {
        served = what;
    }

    /** The span that stands for the request; null unless it is traced and its trace is kept. */
    public @Nullable TraceIds trace() {
        return trace;
    }

    public void trace(@Nullable TraceIds ids) {
        trace = ids;
    }

    /** Who is told of the request's end; null for nobody. */
    public @Nullable Ending ending() {
        return ending;
    }

    /** Has the request's end told, before it is handled. On the event loop. */
    public void ending(Ending told) {
        ending = told;
    }

    /** @param said the status of the answer that is written, of HTTP or of gRPC */
    void status(int said) {
        status = said;
    }

    /** The request is over. On the event loop. */
    void ends() {
        Ending told = ending;
        if (told != null) {
            ending = null;
            told.ended(status);
        }
    }
}
