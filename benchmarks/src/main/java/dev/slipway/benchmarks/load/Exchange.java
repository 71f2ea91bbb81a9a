package dev.slipway.benchmarks.load;

import dev.slipway.benchmarks.wire.Protocol;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.List;

/** Asks a question over a connection, and judges the answer. Lives on one event loop. */
final class Exchange {
    /** What became of a request. */
    enum Outcome {
        RIGHT,
        SHED,
        LATE
    }

    private static final List<String> GRPC_SHED = List.of("8", "14");
    private static final List<String> GRPC_LATE = List.of("4", "1");
    private static final List<Integer> HTTP_SHED = List.of(429, 503);
    private static final int HTTP_LATE = 504;

    private final Question question;
    private final Protocol protocol;
    private final Buffer body;
    private final RequestOptions request;
    /** The length of the first right answer, whose values were compared; -1 before. */
    private int answerLength = -1;

    /**
     * @param deadline told to the server; zero for none
     */
    Exchange(Question question, Duration deadline) {
        this.question = question;
        this.protocol = question.protocol();
        this.body = question.body();
        this.request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(question.host())
                .setPort(question.port())
                .setURI(protocol.path(question.workload()));
        protocol.headers(question.workload()).forEach(request::putHeader);
        if (!question.key().isEmpty()) {
            request.putHeader("x-api-key", question.key());
        }
        if (protocol.isGrpc() && !deadline.isZero()) {
            request.putHeader("grpc-timeout", deadline.toMillis() + "m");
        }
    }

    /** Fails when the answer is wrong, or refused for another reason than want of room or time. */
    Future<Outcome> ask(HttpClientConnection connection) {
        return connection
                .request(request)
                .compose(call -> call.send(body))
                .compose(response -> response.body().map(answer -> judge(response, answer)));
    }

    private Outcome judge(HttpClientResponse response, Buffer answer) {
        String grpcStatus = response.getHeader("grpc-status");
        if (protocol.isGrpc() && grpcStatus == null) {
            grpcStatus = response.getTrailer("grpc-status");
        }
        int status = response.statusCode();
        if (status == 200 && (!protocol.isGrpc() || "0".equals(grpcStatus))) {
            check(answer);
            return Outcome.RIGHT;
        }
        if (HTTP_SHED.contains(status) || (grpcStatus != null && GRPC_SHED.contains(grpcStatus))) {
            return Outcome.SHED;
        }
        if (status == HTTP_LATE || (grpcStatus != null && GRPC_LATE.contains(grpcStatus))) {
            return Outcome.LATE;
        }
        String message = protocol.isGrpc() ? response.getHeader("grpc-message") : answer.toString();
        throw new IllegalStateException("status %d, grpc-status %s: %s".formatted(status, grpcStatus, message));
    }

    private void check(Buffer answer) {
        if (answerLength < 0) {
            List<Float> values = protocol.outputs(question.workload(), answer);
            if (!question.workload().isAnswer(values)) {
                throw new WrongAnswerException("answer is %s (expected: %s)"
                        .formatted(values, question.workload().output().values()));
            }
            answerLength = answer.length();
        } else if (answer.length() != answerLength) {
            throw new IllegalStateException("answer of %d bytes (expected: %d, as the first): %s"
                    .formatted(answer.length(), answerLength, answer.toString()));
        }
    }
}
