package dev.slipway.server.logging;

import dev.slipway.server.transport.RequestContext;
import dev.slipway.server.transport.RequestLog;
import java.time.Instant;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * {@code 2026-11-21T10:15:30.123Z INFO models - fraud:7 AVAILABLE}, and the stack trace, if any, below, indented. Of a request,
 * {@code [request_id=...]} stands at the end of the line.
 */
public final class TextForm extends Formatter {
    @Override
    public String format(LogRecord log) {
        String logger = String.valueOf(log.getLoggerName());
        StringBuilder line = new StringBuilder()
                .append(Instant.ofEpochMilli(log.getMillis()))
                .append(' ')
                .append(log.getLevel())
                .append(' ')
                .append(logger.substring(logger.lastIndexOf('.') + 1))
                .append(" - ");
        end(line, this, log);
        return line.toString();
    }

    /** Message, request, line end, trace: as every form in text has them. */
    public static void end(StringBuilder line, Formatter form, LogRecord log) {
        LogText.line(line, message(form, log));
        RequestContext request = RequestLog.context(log);
        if (request != null) {
            line.append(" [request_id=").append(request.requestId());
            RequestContext.TraceIds trace = request.trace();
            if (trace != null) {
                line.append(" trace_id=").append(trace.traceId());
            }
            if (!request.served().isEmpty()) {
                line.append(" model=");
                LogText.line(line, request.served());
            }
            line.append(']');
        }
        line.append(System.lineSeparator());
        trace(line, log.getThrown());
    }

    /** What was logged. Of a request there is nothing to fill in, and the text, which may quote it, is no pattern. */
    static String message(Formatter form, LogRecord log) {
        return String.valueOf(RequestLog.context(log) == null ? form.formatMessage(log) : log.getMessage());
    }

    /** No line of it begins at the margin, where events do: a failure's message may have been a client's. */
    private static void trace(StringBuilder to, @Nullable Throwable thrown) {
        if (thrown != null) {
            StackTrace.of(thrown).lines().forEach(line -> {
                to.append("    ");
                LogText.line(to, line.replace("\t", "    "));
                to.append(System.lineSeparator());
            });
        }
    }
}
