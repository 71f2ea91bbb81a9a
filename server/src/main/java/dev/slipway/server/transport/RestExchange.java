package dev.slipway.server.transport;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An HTTP request that is not gRPC. */
final class RestExchange extends Exchange implements RestRequest, RestReply {
    private static final CharSequence EXPECT = HttpHeaders.createOptimized("expect");
    private static final CharSequence JSON_HEADER_LENGTH =
            HttpHeaders.createOptimized("inference-header-content-length");
    private static final Set<String> COMPRESSIONS = Set.of("gzip", "x-gzip", "deflate");
    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized(RequestContext.REQUEST_ID);
    private static final CharSequence PREDICTION_ID = HttpHeaders.createOptimized(RequestContext.PREDICTION_ID);
    private static final CharSequence ORIGIN = HttpHeaders.createOptimized("origin");
    private static final CharSequence ALLOW_ORIGIN = HttpHeaders.createOptimized("access-control-allow-origin");
    private static final CharSequence ALLOW_METHODS = HttpHeaders.createOptimized("access-control-allow-methods");
    private static final CharSequence ALLOW_HEADERS = HttpHeaders.createOptimized("access-control-allow-headers");
    private static final int COMPRESSED_BYTES_MIN = 1024;

    /** Deflates in about half a millisecond: as long as an event loop may be kept. */
    private static final int COMPRESSED_ON_LOOP_BYTES_MAX = 64 * 1024;

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private ByteBuffer body = EMPTY;
    private boolean compressed;
    private int status;
    private String contentType = "";
    private Map<String, String> headers = Map.of();
    private ByteBuffer answer = EMPTY;
    private boolean answerIsGzip;
    private @Nullable StreamedAnswer stream;

    RestExchange(ServerLoop loop, ConnectionGuard guard, HttpServerRequest request) {
        super(
                loop,
                guard,
                request.version() == HttpVersion.HTTP_2,
                loop.options.limits().bodyBytesMax());
        this.request = request;
        this.response = request.response();
        response.closeHandler(closed -> closed());
    }

    void begin() {
        receive();
        String encoding = request.headers().get(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            compressed = COMPRESSIONS.contains(encoding.toLowerCase(Locale.ROOT));
            if (!compressed) {
                refuse(
                        415,
                        ErrorCode.UNIMPLEMENTED,
                        "content-encoding '%s' (expected: gzip, deflate or identity)".formatted(encoding));
                return;
            }
        }
        long announced = announcedBytes();
        int headerBytes = jsonHeaderBytes();
        if (headerBytes >= 0 && !compressed) {
            expectPooled(announced, headerBytes);
        } else {
            expect(announced);
        }
        if (announced > loop.options.limits().bodyBytesMax()) {
            refuse(Body.Verdict.TOO_LARGE);
        } else if ("100-continue".equalsIgnoreCase(request.headers().get(EXPECT))) {
            response.writeContinue();
        }
    }

    private void receive() {
        request.handler(piece -> add(((BufferInternal) piece).getByteBuf().nioBuffer()));
        request.endHandler(ended -> requestEnds());
        if (!isHttp2()) {
            request.exceptionHandler(this::broken);
        }
    }

    private void broken(Throwable cause) {
        // A client that hangs up is seen by the response; what else comes here is a body that breaks HTTP.
        if (!(cause instanceof IOException) && !(cause instanceof HttpClosedException)) {
            refuse(400, ErrorCode.INVALID_ARGUMENT, "body is not valid HTTP: " + cause.getMessage());
        }
    }

    /** Answers an error without a look at the body. */
    void beginRefused(int status, String text) {
        receive();
        refuse(status, ErrorCode.UNIMPLEMENTED, text);
    }

    @Override
    @Nullable
    String requestId() {
        return request.headers().get(REQUEST_ID);
    }

    @Override
    String uri() {
        return request.uri();
    }

    @Override
    int answerPrefixBytes() {
        return 0;
    }

    @Override
    void reset() {
        response.reset(0);
    }

    /** HEAD is asked as GET is, and answered without the body. */
    @Override
    public String method() {
        return (isHead() ? HttpMethod.GET : request.method()).name();
    }

    private boolean isHead() {
        return HttpMethod.HEAD.equals(request.method());
    }

    @Override
    public String path() {
        String path = request.path();
        return path == null ? "" : path;
    }

    @Override
    public String query() {
        String query = request.query();
        return query == null ? "" : query;
    }

    @Override
    public @Nullable String header(String name) {
        return request.getHeader(name);
    }

    @Override
    public ByteBuffer body() {
        return body;
    }

    @Override
    void received(ByteBuffer bytes) {
        if (compressed) {
            inflate(bytes);
        } else {
            inflated(bytes);
        }
    }

    @Override
    void inflated(ByteBuffer bytes) {
        body = bytes;
        if (!isHttp2() && response.writeQueueFull()) {
            // The client leaves earlier answers unread: it gets no further ones until it does.
            response.drainHandler(drained -> {
                response.drainHandler(null);
                if (isOpen()) {
                    hand();
                }
            });
        } else {
            hand();
        }
    }

    @Override
    public void send(int status, String contentType, Map<String, String> headers, ByteBuffer answer) {
        handlerAnswers();
        if (!isCancelled() && answer.remaining() > COMPRESSED_BYTES_MIN && isText(contentType) && acceptsGzip()) {
            if (loop.eventLoop.inEventLoop() && answer.remaining() > COMPRESSED_ON_LOOP_BYTES_MAX) {
                loop.workers.executeBlocking(() -> Gzip.deflate(answer), false).onComplete(done -> {
                    boolean deflated = done.succeeded();
                    answer(status, contentType, headers, deflated ? done.result() : answer, deflated);
                });
            } else {
                answer(status, contentType, headers, Gzip.deflate(answer), true);
            }
        } else {
            answer(status, contentType, headers, answer, false);
        }
    }

    @Override
    public RestStream stream(int status, String contentType, Map<String, String> headers) {
        handlerAnswers();
        StreamedAnswer begun = new StreamedAnswer(this, response);
        later(() -> {
            if (!beginsStream()) {
                begun.closed();
                return;
            }
            stream = begun;
            headers.forEach((name, value) -> response.putHeader(name.toLowerCase(Locale.ROOT), value));
            writeHead(status, contentType);
            if (isHead()) {
                begun.stop();
                return;
            }
            response.setChunked(true).writeHead();
            if (loop.isStopping()) {
                begun.stop();
            }
        });
        return begun;
    }

    @Override
    public void extendDeadline() {
        deadlineMax();
    }

    @Override
    void cancelled() {
        super.cancelled();
        if (stream != null) {
            stream.closed();
        }
    }

    @Override
    void stopping() {
        if (stream != null) {
            stream.stop();
        }
    }

    private void answer(int status, String contentType, Map<String, String> headers, ByteBuffer body, boolean isGzip) {
        this.status = status;
        this.contentType = contentType;
        this.headers = headers;
        this.answer = body;
        this.answerIsGzip = isGzip;
        answer();
    }

    @Override
    void sendError(int httpStatus, ErrorCode code, String text) {
        if (httpStatus == 503) {
            response.putHeader("retry-after", "1");
        }
        writeNow(httpStatus, ErrorBody.CONTENT_TYPE, ErrorBody.of(text));
    }

    private void hand() {
        handing();
        if (isPreflight()) {
            send(200, "", Map.of(), EMPTY);
            return;
        }
        try {
            loop.restHandler.handle(this, this);
        } catch (RuntimeException | Error failure) {
            if (failure instanceof SlipwayException error) {
                sendFailure(httpStatus(error.code()), error.getMessage(), ErrorHeaders.of(error));
            } else {
                handlerFailed(failure);
                sendFailure(500, "internal error: " + failure, Map.of());
            }
        }
    }

    private void sendFailure(int status, String text, Map<String, String> headers) {
        if (markAnswered()) {
            answer(status, ErrorBody.CONTENT_TYPE, headers, ErrorBody.of(text), false);
        }
    }

    @Override
    void sendAnswer() {
        if (!headers.isEmpty()) {
            headers.forEach((name, value) -> response.putHeader(name.toLowerCase(Locale.ROOT), value));
        }
        if (answerIsGzip) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
            response.putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        }
        int bytes = answer.remaining();
        writeNow(status, contentType, answer);
        answered(bytes);
    }

    private void writeNow(int status, String contentType, ByteBuffer answer) {
        writeHead(status, contentType);
        if (isHead()) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(answer.remaining()));
            response.end();
            return;
        }
        ByteBuf own = claim(answer);
        if (own != null) {
            response.end(BufferInternal.buffer(own));
            return;
        }
        List<ByteBuf> lent = retainFor(answer);
        Future<Void> sent = response.end(BufferInternal.buffer(Unpooled.wrappedBuffer(answer)));
        if (!lent.isEmpty()) {
            sent.onComplete(done -> lent.forEach(ByteBuf::release));
        }
    }

    /** Whether a browser asks if a page from elsewhere may call. */
    private boolean isPreflight() {
        return loop.options.access().isCorsAllowed()
                && request.method().equals(HttpMethod.OPTIONS)
                && request.headers().contains(ORIGIN);
    }

    private void writeHead(int status, String contentType) {
        response.setStatusCode(status);
        if (loop.options.access().isCorsAllowed()) {
            // As TensorFlow Serving has them, and what says who asks.
            response.putHeader(ALLOW_ORIGIN, "*");
            response.putHeader(ALLOW_METHODS, "POST, GET");
            response.putHeader(ALLOW_HEADERS, "Content-Type, Authorization, X-API-Key");
        }
        RequestContext context = context();
        response.putHeader(REQUEST_ID, context.requestId());
        if (!context.predictionId().isEmpty()) {
            response.putHeader(PREDICTION_ID, context.predictionId());
        }
        if (!contentType.isEmpty()) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
        }
        if (closesConnection()) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }

    /** Bytes of JSON before the binary data of an Open Inference request; -1 for any other. */
    private int jsonHeaderBytes() {
        String length = request.headers().get(JSON_HEADER_LENGTH);
        try {
            return length == null ? -1 : Integer.parseInt(length.strip());
        } catch (NumberFormatException e) {
            return -1; // The handler says so.
        }
    }

    private long announcedBytes() {
        String length = request.headers().get(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            return 0;
        }
        try {
            return Long.parseLong(length);
        } catch (NumberFormatException e) {
            return 0; // HTTP/1.1 was checked by then; in HTTP/2 it is what comes that counts.
        }
    }

    private static boolean isText(String contentType) {
        return contentType.startsWith("text/")
                || contentType.startsWith("application/json")
                || contentType.contains("+json");
    }

    private boolean acceptsGzip() {
        String accepted = request.headers().get(HttpHeaders.ACCEPT_ENCODING);
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

    /** As TensorFlow Serving maps them. */
    private static int httpStatus(ErrorCode code) {
        return switch (code) {
            case OK -> 200;
            case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
            case UNAUTHENTICATED -> 401;
            case PERMISSION_DENIED -> 403;
            case NOT_FOUND -> 404;
            case ALREADY_EXISTS, ABORTED -> 409;
            case RESOURCE_EXHAUSTED -> 429;
            case CANCELLED -> 499;
            case UNKNOWN, INTERNAL, DATA_LOSS -> 500;
            case UNIMPLEMENTED -> 501;
            case UNAVAILABLE -> 503;
            case DEADLINE_EXCEEDED -> 504;
        };
    }
}
