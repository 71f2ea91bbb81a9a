package dev.slipway.server.transport;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.wire.Payload;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A gRPC call that a handler answers. */
@SuppressWarnings("FutureReturnValueIgnored") // What becomes of a write shows in the stream's end.
final class CallExchange extends GrpcExchange implements GrpcCall {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final GrpcMethods.Method method;
    private ByteBuffer message = EMPTY;
    private @Nullable ByteBuffer answer;
    private @Nullable SlipwayException failure;
    private boolean sendsMany;
    private boolean firstPieceSeen;
    private long unreadBytes;

    CallExchange(GrpcConnection connection, Http2Stream stream, Http2Headers headers, GrpcMethods.Method method) {
        super(connection, stream, headers, connection.loop.options.limits().bodyBytesMax());
        this.method = method;
    }

    void begin() {
        if (requireKnownEncoding()) {
            takeTimeout(method.streamsAnswers());
        }
    }

    /** Answers UNIMPLEMENTED without a look at the body. */
    void beginRefused(String text) {
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
        return header(key);
    }

    @Override
    public List<String> allMetadata(String key) {
        return GrpcHeads.all(headers, key);
    }

    @Override
    public void extendDeadline() {
        if (!hasTimeout()) {
            progress().deadlineMax();
        }
    }

    @Override
    public void reply(ByteBuffer onlyAnswer) {
        answering().markOnce();
        answer = onlyAnswer;
        answering().answer();
    }

    @Override
    public void reply(ByteBuffer onlyAnswer, String key, String value) {
        says(key, value);
        reply(onlyAnswer);
    }

    @Override
    public void send(ByteBuffer oneAnswer) {
        sendsMany = true;
        later(() -> {
            if (!isOpen()) {
                return;
            }
            int bytes = oneAnswer.remaining();
            unreadBytes += bytes;
            if (unreadBytes > loop.options.limits().bodyBytesMax()) {
                refuse(
                        503,
                        ErrorCode.RESOURCE_EXHAUSTED,
                        "%d bytes of answers are unread (expected: at most %d)"
                                .formatted(unreadBytes, loop.options.limits().bodyBytesMax()));
            } else {
                sendMessage(oneAnswer).addListener(sent -> unreadBytes -= bytes);
            }
        });
    }

    @Override
    public void end() {
        answering().markOnce();
        answering().answerLater();
    }

    @Override
    public void fail(SlipwayException error) {
        answering().markOnce();
        failure = error;
        if (sendsMany) {
            answering().answerLater();
        } else {
            answering().answer();
        }
    }

    @Override
    void sendAnswer() {
        SlipwayException error = failure;
        ByteBuffer onlyAnswer = answer;
        int bytes = 0;
        if (error != null) {
            bytes = error.getMessage().length();
            sendError(error.code(), error.getMessage(), RetryAfter.millis(error));
        } else if (onlyAnswer != null) {
            bytes = onlyAnswer.remaining();
            sendMessage(onlyAnswer);
            sendEnd();
        } else {
            sendEnd();
        }
        answered(bytes);
    }

    @Override
    void piece(ByteBuf piece) {
        // The length is in the first bytes: what is too long is refused before it comes.
        if (!firstPieceSeen && piece.readableBytes() >= PREFIX_BYTES) {
            long announced = piece.getUnsignedInt(piece.readerIndex() + 1);
            if (announced > loop.options.limits().bodyBytesMax() - PREFIX_BYTES) {
                refuse(Body.Verdict.TOO_LARGE);
            }
            int tensorAt = announced < Body.POOLED_BYTES_MIN
                    ? 0
                    : Payload.offset(
                            piece.nioBuffer(piece.readerIndex() + PREFIX_BYTES, piece.readableBytes() - PREFIX_BYTES));
            reception().expectPooled(PREFIX_BYTES + announced, PREFIX_BYTES + tensorAt);
        }
        firstPieceSeen = true;
        super.piece(piece);
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
        } else if (flag == 1 && mayBeCompressed()) {
            reception().inflate(content);
        } else {
            refuseFlag(flag);
        }
    }

    @Override
    void inflated(ByteBuffer bytes) {
        message = bytes;
        reception().lend();
        try {
            loop.grpcHandler.handle(this);
        } catch (SlipwayException error) {
            thrown(error);
        } catch (RuntimeException | Error unexpected) {
            handlerFailed(unexpected);
            thrown(new SlipwayException(ErrorCode.INTERNAL, "internal error: " + unexpected, unexpected));
        }
    }

    private void thrown(SlipwayException error) {
        if (answering().mark()) {
            failure = error;
            answering().answer();
        }
    }
}
