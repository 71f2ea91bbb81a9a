package dev.slipway.server.transport;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.slipway.api.ErrorCode;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.grpc.reflection.v1.ServerReflectionRequest;
import java.nio.ByteBuffer;

/** A stream of questions about the services there are, each answered as it comes. */
@SuppressWarnings("FutureReturnValueIgnored") // What becomes of a write shows in the stream's end.
final class ReflectionExchange extends GrpcExchange {
    private static final int QUESTION_BYTES_MAX = 16 * 1024;
    private static final int UNREAD_BYTES_MAX = 64 * 1024;

    private long lastQuestionNanos;
    private int unreadBytes;

    ReflectionExchange(GrpcConnection connection, Http2Stream stream, Http2Headers headers) {
        super(connection, stream, headers, QUESTION_BYTES_MAX);
        lastQuestionNanos = startNanos();
    }

    void begin() {
        takeTimeout(true);
    }

    @Override
    long receivingSinceNanos() {
        return lastQuestionNanos;
    }

    @Override
    void grown(Body body) {
        ByteBuffer bytes = body.view().slice();
        int begin = 0;
        while (isOpen() && bytes.remaining() - begin >= PREFIX_BYTES) {
            int length = bytes.getInt(begin + 1);
            if (length < 0 || length > QUESTION_BYTES_MAX - PREFIX_BYTES) {
                refuse(Body.Verdict.TOO_LARGE);
                return;
            }
            if (bytes.remaining() - begin < PREFIX_BYTES + length) {
                break;
            }
            if (bytes.get(begin) != 0) {
                refuse(415, ErrorCode.UNIMPLEMENTED, "message is compressed (expected: not)");
                return;
            }
            answerQuestion(bytes.slice(begin + PREFIX_BYTES, length));
            begin += PREFIX_BYTES + length;
        }
        if (isOpen() && begin > 0) {
            byte[] rest = new byte[bytes.remaining() - begin];
            bytes.get(begin, rest);
            body.release();
            body.add(ByteBuffer.wrap(rest));
        }
    }

    @Override
    void received(ByteBuffer bytes) {
        if (bytes.hasRemaining()) {
            refuse(400, ErrorCode.INTERNAL, "%d bytes hold no whole message".formatted(bytes.remaining()));
        } else {
            sendEnd();
            answered(0);
        }
    }

    @Override
    void sendAnswer() {
        throw new IllegalStateException("reflection has no handler");
    }

    @Override
    void inflated(ByteBuffer bytes) {
        throw new IllegalStateException("reflection inflates nothing");
    }

    @Override
    void stopping() {
        refuse(503, ErrorCode.UNAVAILABLE, "server is shutting down");
    }

    private void answerQuestion(ByteBuffer question) {
        lastQuestionNanos = System.nanoTime();
        if (unreadBytes > UNREAD_BYTES_MAX) {
            refuse(503, ErrorCode.RESOURCE_EXHAUSTED, "earlier answers are unread (expected: read)");
            return;
        }
        try {
            ServerReflectionRequest request = ServerReflectionRequest.parseFrom(question);
            byte[] answer = loop.methods.reflection().answer(request).toByteArray();
            unreadBytes += answer.length;
            sendMessage(ByteBuffer.wrap(answer)).addListener(sent -> unreadBytes -= answer.length);
        } catch (InvalidProtocolBufferException e) {
            refuse(400, ErrorCode.INVALID_ARGUMENT, "not a ServerReflectionRequest: " + e.getMessage());
        }
    }
}
