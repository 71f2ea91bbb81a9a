package dev.slipway.server.tracing;

import dev.slipway.api.Dispatch;
import dev.slipway.api.ErrorCode;
import dev.slipway.monitoring.Prediction;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What spans say, and under which names. Of errors it is their category, never a message, which may quote what was asked.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/http/http-spans/">OpenTelemetry: HTTP spans</a>
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/rpc/grpc/">OpenTelemetry: gRPC</a>
 */
final class OtelWords {
    private static final AttributeKey<Long> HTTP_STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<Long> GRPC_STATUS = AttributeKey.longKey("rpc.grpc.status_code");
    private static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
    private static final String ERROR_TYPE = "error.type";
    private static final int HTTP_ERROR = 400;
    private static final int HTTP_SERVER_ERROR = 500;

    /** Of which the server counts as the cause. */
    private static final Set<ErrorCode> SERVER_ERRORS = EnumSet.of(
            ErrorCode.UNKNOWN,
            ErrorCode.DEADLINE_EXCEEDED,
            ErrorCode.UNIMPLEMENTED,
            ErrorCode.INTERNAL,
            ErrorCode.UNAVAILABLE,
            ErrorCode.DATA_LOSS);

    private OtelWords() {}

    /** Says what is known of a request from its start. */
    static void begin(SpanBuilder span, Came came) {
        if (came.isGrpc()) {
            int slash = came.path().indexOf('/');
            span.setAttribute("rpc.system", "grpc");
            span.setAttribute("rpc.service", came.path().substring(0, Math.max(slash, 0)));
            span.setAttribute("rpc.method", came.path().substring(slash + 1));
        } else {
            span.setAttribute("http.request.method", came.method());
            span.setAttribute("url.path", came.path());
        }
        if (came.host() != null) {
            span.setAttribute("server.address", Came.address(came.host()));
        }
        if (came.port() > 0) {
            span.setAttribute(SERVER_PORT, came.port());
        }
        span.setAttribute("client.address", Came.address(came.client()));
    }

    /**
     * Says what came of a request.
     *
     * @param status of HTTP or gRPC; -1 for no answer, as nobody waited for one
     * @param prediction null where no model was asked
     */
    static void end(Span span, Came came, int status, @Nullable Prediction prediction) {
        if (came.isGrpc()) {
            endGrpc(span, status);
        } else {
            endHttp(span, came, status, prediction != null);
        }
        if (prediction != null && prediction.outcome().code() != ErrorCode.OK) {
            span.setAttribute("slipway.error", prediction.outcome().code().name());
        }
    }

    private static void endHttp(Span span, Came came, int status, boolean isForModel) {
        // What is wrong otherwise may be of any path there is.
        if (isForModel || (status >= 0 && status < HTTP_ERROR)) {
            String route = Routes.of(came.path());
            span.setAttribute("http.route", route);
            span.updateName(came.method() + " " + route);
        }
        if (status < 0) {
            span.setAttribute(ERROR_TYPE, "cancelled");
            return;
        }
        span.setAttribute(HTTP_STATUS, status);
        if (status >= HTTP_ERROR) {
            span.setAttribute(ERROR_TYPE, Integer.toString(status));
        }
        if (status >= HTTP_SERVER_ERROR) {
            span.setStatus(StatusCode.ERROR);
        }
    }

    private static void endGrpc(Span span, int status) {
        ErrorCode code = status < 0 ? ErrorCode.CANCELLED : code(status);
        span.setAttribute(GRPC_STATUS, code.grpcStatus());
        if (code != ErrorCode.OK) {
            span.setAttribute(ERROR_TYPE, code.name());
        }
        if (SERVER_ERRORS.contains(code)) {
            span.setStatus(StatusCode.ERROR);
        }
    }

    private static ErrorCode code(int grpcStatus) {
        for (ErrorCode code : ErrorCode.values()) {
            if (code.grpcStatus() == grpcStatus) {
                return code;
            }
        }
        return ErrorCode.UNKNOWN;
    }

    /** Says what ran. */
    static void describe(SpanBuilder span, Dispatch run) {
        span.setAttribute("slipway.model", run.id().model());
        span.setAttribute("slipway.version", run.id().version());
        span.setAttribute("slipway.signature", run.signature());
        span.setAttribute("slipway.batch.reason", run.reason().name().toLowerCase(Locale.ROOT));
        span.setAttribute("slipway.batch.requests", run.batch().requests());
        span.setAttribute("slipway.batch.rows", run.batch().rows());
        span.setAttribute("slipway.batch.padding_rows", run.batch().paddingRows());
    }

    /** Says that a part of the work has failed; nothing for OK. */
    static void fail(Span span, ErrorCode code) {
        if (code != ErrorCode.OK) {
            span.setAttribute(ERROR_TYPE, code.name());
            span.setStatus(StatusCode.ERROR);
        }
    }
}
