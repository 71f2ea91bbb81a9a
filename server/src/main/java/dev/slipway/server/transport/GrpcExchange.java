package dev.slipway.server.transport;

import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The gRPC side of an exchange: frames, status, timeout.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over HTTP/2</a>
 */
abstract class GrpcExchange extends Exchange {
    static final String CONTENT_TYPE = "application/grpc";

    /** Of a frame: a flag that tells whether the message is compressed, and its length in four bytes. */
    static final int PREFIX_BYTES = 5;

    private static final CharSequence CONTENT_TYPE_VALUE = HttpHeaders.createOptimized(CONTENT_TYPE);
    private static final CharSequence STATUS = HttpHeaders.createOptimized("grpc-status");
    private static final CharSequence MESSAGE = HttpHeaders.createOptimized("grpc-message");
    private static final CharSequence STATUS_OK = HttpHeaders.createOptimized("0");
    private static final CharSequence TIMEOUT = HttpHeaders.createOptimized("grpc-timeout");
    private static final CharSequence ENCODING = HttpHeaders.createOptimized("grpc-encoding");
    private static final int COPIED_BYTES_MAX = 16 * 1024;

    private boolean headSent;

    GrpcExchange(ServerLoop loop, ConnectionGuard guard, HttpServerRequest request, int bodyBytesMax) {
        super(loop, guard, request, bodyBytesMax);
    }

    /** Whether requests of this content type are gRPC, in a form that is served. */
    static boolean isServed(String contentType) {
        if (contentType.length() == CONTENT_TYPE.length()) {
            return true;
        }
        String rest = contentType.substring(CONTENT_TYPE.length());
        return rest.startsWith(";") || rest.equals("+proto") || rest.startsWith("+proto;");
    }

    /** How messages of the request are compressed, null when they are not. */
    final @Nullable String encoding() {
        return request.headers().get(ENCODING);
    }

    /** Reads the client's timeout. False, with an answer sent, when it is none. */
    final boolean takeTimeout(boolean unboundedByDefault) {
        String text = request.headers().get(TIMEOUT);
        if (text == null) {
            if (unboundedByDefault) {
                deadline(Deadline.after(Duration.ofDays(36_500), startNanos()));
            }
            return true;
        }
        Duration timeout = parseTimeout(text);
        if (timeout == null) {
            refuse(
                    400,
                    ErrorCode.INVALID_ARGUMENT,
                    "grpc-timeout is '%s' (expected: up to 8 digits and one of H, M, S, m, u, n)".formatted(text));
            return false;
        }
        Duration longest = loop.options.timeouts().requestMax();
        deadline(Deadline.after(timeout.compareTo(longest) < 0 ? timeout : longest, startNanos()));
        return true;
    }

    /** Null when {@code text} is no timeout. */
    static @Nullable Duration parseTimeout(String text) {
        int digits = text.length() - 1;
        if (digits < 1 || digits > 8) {
            return null;
        }
        long amount = 0;
        for (int at = 0; at < digits; at++) {
            int digit = text.charAt(at) - '0';
            if (digit < 0 || digit > 9) {
                return null;
            }
            amount = amount * 10 + digit;
        }
        return switch (text.charAt(digits)) {
            case 'H' -> Duration.ofHours(amount);
            case 'M' -> Duration.ofMinutes(amount);
            case 'S' -> Duration.ofSeconds(amount);
            case 'm' -> Duration.ofMillis(amount);
            case 'u' -> Duration.ofNanos(amount * 1_000);
            case 'n' -> Duration.ofNanos(amount);
            default -> null;
        };
    }

    /** Sends a message, after the head where that is still to come. */
    final Future<Void> sendMessage(ByteBuffer message) {
        sendHead();
        return response.write(BufferInternal.buffer(frame(message)));
    }

    /** Ends with OK. */
    final void sendEnd() {
        sendHead();
        response.trailers().set(STATUS, STATUS_OK);
        response.end();
    }

    @Override
    void sendError(int httpStatus, ErrorCode code, String text) {
        String status = Integer.toString(code.grpcStatus());
        String message = percentEncode(text);
        if (headSent) {
            response.trailers().set(STATUS, status).set(MESSAGE, message);
        } else {
            response.headers()
                    .set(HttpHeaders.CONTENT_TYPE, CONTENT_TYPE_VALUE)
                    .set(STATUS, status)
                    .set(MESSAGE, message);
            if (code == ErrorCode.UNIMPLEMENTED) {
                response.headers().set("grpc-accept-encoding", "identity,gzip");
            }
        }
        response.end();
    }

    /** Says with the error that follows when another try is worth it; nothing for 0. */
    final void tellRetry(long millis) {
        if (millis > 0) {
            (headSent ? response.trailers() : response.headers()).set(RetryAfter.PUSHBACK, Long.toString(millis));
        }
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

    private void sendHead() {
        if (!headSent) {
            headSent = true;
            response.headers().set(HttpHeaders.CONTENT_TYPE, CONTENT_TYPE_VALUE);
        }
    }

    private static ByteBuf frame(ByteBuffer message) {
        int length = message.remaining();
        ByteBuf prefix = Unpooled.buffer(length <= COPIED_BYTES_MAX ? PREFIX_BYTES + length : PREFIX_BYTES);
        prefix.writeByte(0).writeInt(length);
        return length <= COPIED_BYTES_MAX
                ? prefix.writeBytes(message)
                : Unpooled.wrappedBuffer(prefix, Unpooled.wrappedBuffer(message));
    }
}
