package dev.slipway.server.logging;

import dev.slipway.api.ErrorCode;
import dev.slipway.server.transport.EndedRequest;
import dev.slipway.server.transport.RequestContext;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Apache's Combined Log Format, whose lines many tools read, and what it has no place for as {@code key=value} behind it.
 *
 * @see <a href="https://httpd.apache.org/docs/2.4/logs.html#combined">Apache: combined log format</a>
 */
final class TextAccessForm implements AccessForm {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    @Override
    public void write(StringBuilder to, EndedRequest request, long endMillis) {
        EndedRequest.Asked asked = request.asked();
        EndedRequest.Outcome outcome = request.outcome();
        word(to, host(request.remoteAddress()));
        to.append(" - ");
        word(to, request.principal());
        to.append(" [")
                .append(TIME.format(Instant.ofEpochMilli(endMillis - outcome.nanos() / 1_000_000)))
                .append("] ");
        LogText.quoted(to, asked.method() + " " + asked.path() + " " + asked.protocol());
        to.append(' ')
                .append(outcome.httpStatus())
                .append(' ')
                .append(outcome.answerBytes())
                .append(" \"-\" ");
        LogText.quoted(to, asked.userAgent() == null ? "-" : asked.userAgent());
        ErrorCode code = outcome.grpcStatus();
        pair(to, "grpc_status", code == null ? null : code.name());
        to.append(" bytes_in=").append(outcome.requestBytes());
        to.append(" micros=").append(outcome.nanos() / 1_000);
        RequestContext context = request.context();
        pair(to, "request_id", context.requestId());
        pair(to, "prediction_id", context.predictionId());
        RequestContext.TraceIds trace = context.trace();
        pair(to, "trace_id", trace == null ? null : trace.traceId());
        pair(to, "model", context.served());
        to.append('\n');
    }

    /** Without the port. */
    private static String host(String address) {
        int colon = address.lastIndexOf(':');
        return colon < 0 ? address : address.substring(0, colon);
    }

    private static void pair(StringBuilder to, String key, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            to.append(' ').append(key).append('=');
            word(to, value);
        }
    }

    /** What has a space in it would be taken for several words. */
    private static void word(StringBuilder to, String text) {
        if (text.isEmpty()) {
            to.append('-');
        } else if (text.indexOf(' ') >= 0 || text.indexOf('"') >= 0) {
            LogText.quoted(to, text);
        } else {
            LogText.line(to, text);
        }
    }
}
