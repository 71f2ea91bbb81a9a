package dev.slipway.server.transport;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A gRPC call that a handler answers. */
final class CallExchange extends GrpcExchange implements GrpcCall {
    private final GrpcMethods.Method method;
    private ByteBuffer message = ByteBuffer.allocate(0);
    private boolean firstPieceSeen;
    private long unreadBytes;
    private @Nullable Runnable onCancel;
    private boolean cancelTold;

    CallExchange(ServerLoop loop, ConnectionGuard guard, HttpServerRequest request, GrpcMethods.Method method) {
        super(loop, guard, request, loop.options.limits().bodyBytesMax());
        this.method = method;
    }

    void begin() {
        receive();
        String encoding = encoding();
        if (encoding != null && !encoding.equals("identity") && !encoding.equals("gzip")) {
            refuse(415, ErrorCode.UNIMPLEMENTED, "grpc-encoding '%s' (expected: gzip or identity)".formatted(encoding));
        } else {
            takeTimeout(method.streamsAnswers());
        }
    }

    /** Answers UNIMPLEMENTED without a look at the body. */
    void beginRefused(String text) {
        receive();
        refuse(404, ErrorCode.UNIMPLEMENTED, text);
    }

    @Override
    public String method() {
        return method.name();
    }

    @Override
    public ByteBuffer message() {
        return message;
    }

    @Override
    public @Nullable String metadata(String key) {
        return request.getHeader(key);
    }

    @Override
    public void onCancel(Runnable action) {
        later(() -> {
            if (cancelTold) {
                action.run();
            } else {
                onCancel = action;
            }
        });
    }

    @Override
    public void reply(ByteBuffer answer) {
        handlerAnswers();
        answer(() -> {
            int bytes = answer.remaining();
            sendMessage(answer);
            sendEnd();
            answered(bytes);
        });
    }

    @Override
    public void send(ByteBuffer answer) {
        later(() -> {
            if (!isOpen()) {
                return;
            }
            int bytes = answer.remaining();
            unreadBytes += bytes;
            if (unreadBytes > loop.options.limits().bodyBytesMax()) {
                refuse(
                        503,
                        ErrorCode.RESOURCE_EXHAUSTED,
                        "%d bytes of answers are unread (expected: at most %d)"
                                .formatted(unreadBytes, loop.options.limits().bodyBytesMax()));
            } else {
                sendMessage(answer).onComplete(sent -> unreadBytes -= bytes);
            }
        });
    }

    @Override
    public void end() {
        handlerAnswers();
        answerLater(() -> {
            sendEnd();
            answered(0);
        });
    }

    @Override
    public void fail(SlipwayException error) {
        handlerAnswers();
        answerLater(() -> sendFailure(error));
    }

    @Override
    void look(Buffer piece) {
        // The length is in the first bytes: what is too long is refused before it comes.
        if (!firstPieceSeen && piece.length() >= PREFIX_BYTES) {
            long announced = piece.getUnsignedInt(1);
            if (announced > loop.options.limits().bodyBytesMax() - PREFIX_BYTES) {
                refuse(Body.Verdict.TOO_LARGE);
            }
            expect(PREFIX_BYTES + announced);
        }
        firstPieceSeen = true;
    }

    @Override
    void received(ByteBuffer bytes) {
        int length = bytes.remaining();
        if (length == 0) {
            refuse(400, ErrorCode.UNIMPLEMENTED, "%s got no message (expected: one)".formatted(method.name()));
            return;
        }
        int at = bytes.position();
        if (length < PREFIX_BYTES || length - PREFIX_BYTES < Integer.toUnsignedLong(bytes.getInt(at + 1))) {
            refuse(400, ErrorCode.INTERNAL, "%d bytes hold no whole message".formatted(length));
            return;
        }
        if (length - PREFIX_BYTES > bytes.getInt(at + 1)) {
            refuse(
                    400,
                    ErrorCode.UNIMPLEMENTED,
                    "%s got several messages, or bytes after the first (expected: one)".formatted(method.name()));
            return;
        }
        byte flag = bytes.get(at);
        ByteBuffer content = bytes.slice(at + PREFIX_BYTES, length - PREFIX_BYTES);
        if (flag == 0) {
            inflated(content);
        } else if (flag == 1 && "gzip".equals(encoding())) {
            inflate(content);
        } else {
            refuse(
                    400,
                    ErrorCode.INTERNAL,
                    "message has flag %d and grpc-encoding %s (expected: 0, or 1 with gzip)"
                            .formatted(flag, encoding()));
        }
    }

    @Override
    void inflated(ByteBuffer bytes) {
        message = bytes;
        handing();
        try {
            loop.grpcHandler.handle(this);
        } catch (RuntimeException | Error failure) {
            if (!(failure instanceof SlipwayException)) {
                handlerFailed(failure);
            }
            if (markAnswered()) {
                answer(() -> {
                    if (failure instanceof SlipwayException error) {
                        sendFailure(error);
                    } else {
                        sendFailure(ErrorCode.INTERNAL, "internal error: " + failure);
                    }
                });
            }
        }
    }

    @Override
    void cancelled() {
        cancelTold = true;
        Runnable action = onCancel;
        onCancel = null;
        if (action != null) {
            action.run();
        }
    }

    private void sendFailure(SlipwayException error) {
        tellRetry(RetryAfter.millis(error));
        sendFailure(error.code(), error.getMessage());
    }

    private void sendFailure(ErrorCode code, String text) {
        sendError(500, code, text);
        answered(text.length());
    }
}
