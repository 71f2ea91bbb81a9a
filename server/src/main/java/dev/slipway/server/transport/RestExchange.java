package dev.slipway.server.transport;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.HttpStatus;
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
    private static final Set<String> COMPRESSIONS = Set.of("gzip", "x-gzip", "deflate");
    private static final Map<String, String> RETRY = Map.of("retry-after", "1");
    private static final int COMPRESSED_BYTES_MIN = 1024;

    /** Deflates in about half a millisecond: as long as an event loop may be kept. */
    private static final int COMPRESSED_ON_LOOP_BYTES_MAX = 64 * 1024;

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final RestWriter writer;
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
        this.writer = new RestWriter(this, request);
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
        long announced = RestHeads.announcedBytes(request.headers());
        int headerBytes = RestHeads.jsonHeaderBytes(request.headers());
        if (headerBytes >= 0 && !compressed) {
            reception().expectPooled(announced, headerBytes);
        } else {
            reception().expect(announced);
        }
        if (announced > loop.options.limits().bodyBytesMax()) {
            refuse(Body.Verdict.TOO_LARGE);
        } else if (RestHeads.asksFirst(request.headers())) {
            response.writeContinue();
        }
    }

    private void receive() {
        request.handler(
                piece -> reception().add(((BufferInternal) piece).getByteBuf().nioBuffer()));
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
        return request.headers().get(RestHeads.REQUEST_ID);
    }

    @Override
    String uri() {
        return request.uri();
    }

    @Override
    EndedRequest ended() {
        return EndedRequest.of(this, RestHeads.asked(request), writer.status(), null);
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
        return (writer.isHead() ? HttpMethod.GET : request.method()).name();
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
    public List<String> headers(String name) {
        return request.headers().getAll(name);
    }

    @Override
    public ByteBuffer body() {
        return body;
    }

    @Override
    void received(ByteBuffer bytes) {
        if (compressed) {
            reception().inflate(bytes);
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
        answering().markOnce();
        if (!isCancelled()
                && answer.remaining() > COMPRESSED_BYTES_MIN
                && RestHeads.isText(contentType)
                && RestHeads.acceptsGzip(request.headers())) {
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
        answering().markOnce();
        StreamedAnswer begun = new StreamedAnswer(this, response);
        later(() -> {
            if (!beginsStream()) {
                begun.closed();
                return;
            }
            stream = begun;
            writer.head(status, contentType, headers);
            if (writer.isHead()) {
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
        progress().deadlineMax();
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
        answering().answer();
    }

    @Override
    void sendError(int httpStatus, ErrorCode code, String text) {
        Map<String, String> more = httpStatus == 503 ? RETRY : Map.of();
        writer.answer(httpStatus, ErrorBody.CONTENT_TYPE, more, ErrorBody.of(text), false);
    }

    private void hand() {
        reception().lend();
        if (loop.options.access().isCorsAllowed() && RestHeads.isPreflight(request)) {
            send(200, "", Map.of(), EMPTY);
            return;
        }
        try {
            loop.restHandler.handle(this, this);
        } catch (RuntimeException | Error failure) {
            if (failure instanceof SlipwayException error) {
                sendFailure(HttpStatus.of(error.code()), error.getMessage(), ErrorHeaders.of(error));
            } else {
                handlerFailed(failure);
                sendFailure(500, "internal error: " + failure, Map.of());
            }
        }
    }

    private void sendFailure(int status, String text, Map<String, String> headers) {
        if (answering().mark()) {
            answer(status, ErrorBody.CONTENT_TYPE, headers, ErrorBody.of(text), false);
        }
    }

    @Override
    void sendAnswer() {
        int bytes = answer.remaining();
        writer.answer(status, contentType, headers, answer, answerIsGzip);
        answered(bytes);
    }
}
