package dev.slipway.server.transport;

import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.wire.Payload;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC call of several messages, each handed to the handler as a call of its own, in order, as it comes. While
 * {@value #MESSAGES_MAX} of them have no answer yet, or more than {@value #UNREAD_BYTES_MAX} bytes of answers are unread,
 * no more is read, and the client's window stays closed. Answers go out as they come.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What becomes of a write shows in the stream's end.
final class StreamExchange extends GrpcExchange {
    static final int MESSAGES_MAX = 32;
    private static final int UNREAD_BYTES_MAX = 4 << 20;

    private final GrpcMethods.Method method;
    private final int messageBytesMax;

    private final WaitingPieces waiting;
    private final List<StreamedMessage> inHand = new ArrayList<>();
    private final FramePrefix prefix = new FramePrefix();
    private int announced;
    /** Of which the prefix has come; null between messages. */
    private @Nullable Body current;

    private long messageSinceNanos;
    private boolean isInflating;
    private boolean isReading;
    private boolean requestIsOver;
    private boolean isStopping;
    private long unreadBytes;
    private long unreadSinceNanos;

    StreamExchange(GrpcConnection connection, Http2Stream stream, Http2Headers headers, GrpcMethods.Method method) {
        super(connection, stream, headers, connection.loop.options.limits().bodyBytesMax());
        this.method = method;
        this.waiting = new WaitingPieces(loop.budget);
        this.messageBytesMax = Math.min(
                method.isReflection() ? Reflection.QUESTION_BYTES_MAX : Integer.MAX_VALUE,
                loop.options.limits().bodyBytesMax() - PREFIX_BYTES);
    }

    void begin() {
        if (requireKnownEncoding()) {
            takeTimeout(true);
        }
    }

    String method() {
        return method.name();
    }

    /** When an answer to a message that came now is of no use any more. */
    Deadline deadlineOfMessage() {
        return hasTimeout()
                ? deadline()
                : Deadline.after(loop.options.timeouts().request(), messageSinceNanos);
    }

    @Override
    int taken(ByteBuf piece) {
        int bytes = piece.readableBytes();
        reception().passes(bytes);
        if (!isOpen() || isStopping) {
            return bytes;
        }
        if (waiting.isEmpty()) {
            read(piece);
        }
        int rest = isOpen() ? piece.readableBytes() : 0;
        if (rest == 0) {
            return bytes;
        }
        if (!waiting.add(piece)) {
            refuse(Body.Verdict.NO_MEMORY);
            return bytes;
        }
        return bytes - rest;
    }

    /** Reads as much of {@code piece} as may be read now. */
    private void read(ByteBuf piece) {
        isReading = true;
        while (piece.isReadable() && isOpen() && !isFull()) {
            Body message = current;
            if (message == null) {
                readPrefix(piece);
            } else {
                ByteBuf part = piece.readSlice(Math.min(piece.readableBytes(), announced - message.length()));
                if (message.length() == 0) {
                    int tensorAt = announced < Body.POOLED_BYTES_MIN ? 0 : Payload.offset(part.nioBuffer());
                    message.expectPooled(announced, tensorAt);
                }
                Body.Verdict verdict = message.addCopy(part);
                if (verdict != Body.Verdict.TAKEN) {
                    refuse(verdict);
                } else if (message.length() == announced) {
                    complete(message);
                }
            }
        }
        isReading = false;
    }

    private void readPrefix(ByteBuf piece) {
        if (prefix.isEmpty()) {
            messageSinceNanos = System.nanoTime();
        }
        if (!prefix.fill(piece)) {
            return;
        }
        announced = prefix.length();
        if (announced < 0 || announced > messageBytesMax) {
            refuse(Body.Verdict.TOO_LARGE);
        } else if (prefix.flag() != 0 && !(prefix.flag() == 1 && mayBeCompressed())) {
            refuseFlag(prefix.flag());
        } else {
            Body message = new Body(loop.budget, messageBytesMax);
            current = message;
            if (announced == 0) {
                complete(message);
            }
        }
    }

    private void complete(Body message) {
        current = null;
        prefix.clear();
        if (prefix.flag() == 0) {
            hand(message);
            return;
        }
        // Nothing else is read meanwhile: what comes later must not overtake it.
        isInflating = true;
        Body into = new Body(loop.budget, messageBytesMax);
        loop.bodyWork.inflate(message.view(), into, verdict -> {
            isInflating = false;
            message.release();
            if (!isOpen()) {
                into.release();
            } else if (verdict != Body.Verdict.TAKEN) {
                into.release();
                refuse(verdict);
            } else {
                hand(into);
                goOn();
            }
        });
    }

    private void hand(Body body) {
        StreamedMessage message = new StreamedMessage(this, body);
        inHand.add(message);
        try {
            if (method.isReflection()) {
                loop.methods.reflection().handle(message);
            } else {
                loop.grpcHandler.handle(message);
            }
        } catch (SlipwayException error) {
            message.thrown(error);
        } catch (RuntimeException | Error unexpected) {
            handlerFailed(unexpected);
            message.thrown(new SlipwayException(ErrorCode.INTERNAL, "internal error: " + unexpected, unexpected));
        }
    }

    private boolean isFull() {
        return inHand.size() >= MESSAGES_MAX || unreadBytes > UNREAD_BYTES_MAX || isInflating;
    }

    /** Sends an answer; {@code body} is let go once that can't be a view of it any more. */
    void answer(ByteBuffer answer, @Nullable Body body) {
        if (!isOpen()) {
            release(body);
            return;
        }
        int bytes = answer.remaining();
        if (unreadBytes == 0) {
            unreadSinceNanos = System.nanoTime();
        }
        unreadBytes += bytes;
        sendMessage(answer).addListener(sent -> {
            unreadBytes -= bytes;
            unreadSinceNanos = System.nanoTime();
            release(body);
            goOn();
        });
    }

    /** The handler needs a message no more. */
    void done(StreamedMessage message) {
        inHand.remove(message);
        goOn();
    }

    /** Ends all with an error, after what was sent. */
    void failed(SlipwayException error) {
        if (isOpen()) {
            sendError(error.code(), error.getMessage(), RetryAfter.millis(error));
            answered(error.getMessage().length());
            cancelled();
        }
    }

    private static void release(@Nullable Body body) {
        if (body != null) {
            body.release();
        }
    }

    /** Reads on, or ends, where that was put off. */
    private void goOn() {
        if (isReading) {
            return;
        }
        for (ByteBuf first = waiting.first(); first != null && isOpen() && !isFull(); first = waiting.first()) {
            int before = first.readableBytes();
            read(first);
            if (!isOpen()) {
                return;
            }
            int bytes = before - first.readableBytes();
            waiting.read(bytes);
            connection.consumed(stream, bytes);
        }
        if (!isOpen() || !inHand.isEmpty() || isInflating) {
            return;
        }
        if (isStopping) {
            refuse(503, ErrorCode.UNAVAILABLE, "server is shutting down");
        } else if (requestIsOver && waiting.isEmpty() && (!prefix.isEmpty() || current != null)) {
            refuse(400, ErrorCode.INTERNAL, "the stream ended within a message");
        } else if (requestIsOver && waiting.isEmpty()) {
            sendEnd();
            answered(0);
        }
    }

    @Override
    void received(ByteBuffer bytes) {
        requestIsOver = true;
        goOn();
    }

    @Override
    void stopping() {
        isStopping = true;
        waiting.drop();
        goOn();
    }

    @Override
    void cancelled() {
        waiting.drop();
        release(current);
        current = null;
        List.copyOf(inHand).forEach(StreamedMessage::cancelled);
    }

    /** Only a message that has begun is waited for. */
    @Override
    long receivingSinceNanos() {
        boolean isAwaited = (!prefix.isEmpty() || current != null) && waiting.isEmpty();
        return isAwaited ? messageSinceNanos : System.nanoTime();
    }

    @Override
    void swept(long nowNanos) {
        if (deadline().isExpired(nowNanos)) {
            refuse(504, ErrorCode.DEADLINE_EXCEEDED, progress().late().text());
        } else if (unreadBytes > 0
                && nowNanos - unreadSinceNanos
                        > loop.options.timeouts().answerRead().toNanos()) {
            refuse(503, ErrorCode.RESOURCE_EXHAUSTED, "earlier answers are unread (expected: read)");
        }
    }

    @Override
    void sendAnswer() {
        throw new IllegalStateException("a stream is answered message by message");
    }

    @Override
    void inflated(ByteBuffer bytes) {
        throw new IllegalStateException("a stream is inflated message by message");
    }
}
