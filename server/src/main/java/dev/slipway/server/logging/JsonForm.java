package dev.slipway.server.logging;

import dev.slipway.server.transport.RequestContext;
import dev.slipway.server.transport.RequestLog;
import java.time.Instant;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * One JSON object a line, with the names of the Elastic Common Schema, which most collectors know.
 *
 * @see <a href="https://github.com/elastic/ecs-logging/blob/main/spec/spec.json">ECS logging: fields</a>
 */
public final class JsonForm extends Formatter {
    /** Of the schema's names. */
    static final String ECS_VERSION = "1.6.0";

    @Override
    public String format(LogRecord log) {
        StringBuilder line = new StringBuilder(256).append('{');
        LogText.member(line, "@timestamp", Instant.ofEpochMilli(log.getMillis()).toString());
        LogText.member(line, "log.level", level(log.getLevel()));
        // Which has to be there, whatever it is.
        line.append(",\"message\":");
        LogText.quoted(line, TextForm.message(this, log));
        LogText.member(line, "ecs.version", ECS_VERSION);
        LogText.member(line, "service.name", "slipway");
        LogText.member(line, "log.logger", log.getLoggerName());
        LogText.member(line, "process.thread.name", ThreadNames.of(log));
        RequestContext request = RequestLog.context(log);
        if (request != null) {
            of(line, request);
        }
        Throwable thrown = log.getThrown();
        if (thrown != null) {
            LogText.member(line, "error.type", thrown.getClass().getName());
            LogText.member(line, "error.message", thrown.getMessage());
            LogText.member(line, "error.stack_trace", StackTrace.of(thrown));
        }
        return line.append("}\n").toString();
    }

    /** What a request is found again by. */
    static void of(StringBuilder line, RequestContext request) {
        LogText.member(line, "http.request.id", request.requestId());
        RequestContext.TraceIds trace = request.trace();
        if (trace != null) {
            LogText.member(line, "trace.id", trace.traceId());
            LogText.member(line, "span.id", trace.spanId());
        }
        LogText.member(line, "slipway.prediction_id", request.predictionId());
        LogText.member(line, "slipway.model", request.served());
    }

    /** As most others call them. */
    private static String level(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "ERROR";
        } else if (value >= Level.WARNING.intValue()) {
            return "WARN";
        } else if (value >= Level.INFO.intValue()) {
            return "INFO";
        }
        return value >= Level.FINE.intValue() ? "DEBUG" : "TRACE";
    }
}
