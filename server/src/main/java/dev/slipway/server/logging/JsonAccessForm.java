package dev.slipway.server.logging;

import dev.slipway.api.ErrorCode;
import dev.slipway.server.transport.EndedRequest;
import java.time.Instant;

/**
 * One JSON object a line, with the names of the Elastic Common Schema.
 *
 * @see <a href="https://www.elastic.co/guide/en/ecs/1.6/ecs-http.html">ECS: HTTP fields</a>
 */
final class JsonAccessForm implements AccessForm {
    @Override
    public void write(StringBuilder to, EndedRequest request, long endMillis) {
        EndedRequest.Asked asked = request.asked();
        EndedRequest.Outcome outcome = request.outcome();
        long startMillis = endMillis - outcome.nanos() / 1_000_000;
        to.append('{');
        LogText.member(to, "@timestamp", Instant.ofEpochMilli(startMillis).toString());
        LogText.member(to, "log.level", "INFO");
        LogText.member(
                to,
                "message",
                asked.method() + " " + asked.path() + " "
                        + (outcome.grpcStatus() == null
                                ? Integer.toString(outcome.httpStatus())
                                : outcome.grpcStatus().name()));
        LogText.member(to, "ecs.version", JsonForm.ECS_VERSION);
        LogText.member(to, "service.name", "slipway");
        LogText.member(to, "event.dataset", "slipway.access");
        LogText.member(to, "event.duration", outcome.nanos());
        LogText.member(to, "source.address", request.remoteAddress());
        LogText.member(to, "user.name", request.principal());
        LogText.member(to, "network.protocol", asked.protocol());
        LogText.member(to, "http.request.method", asked.method());
        LogText.member(to, "url.path", asked.path());
        LogText.member(to, "http.response.status_code", outcome.httpStatus());
        ErrorCode code = outcome.grpcStatus();
        LogText.member(to, "grpc.status", code == null ? null : code.name());
        LogText.member(to, "http.request.body.bytes", outcome.requestBytes());
        LogText.member(to, "http.response.body.bytes", outcome.answerBytes());
        JsonForm.of(to, request.context());
        LogText.member(to, "user_agent.original", asked.userAgent());
        to.append("}\n");
    }
}
