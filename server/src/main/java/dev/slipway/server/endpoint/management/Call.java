package dev.slipway.server.endpoint.management;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.endpoint.HttpAnswers;
import dev.slipway.server.endpoint.RestPath;
import dev.slipway.server.management.Failures;
import dev.slipway.server.management.StaleRevision;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request that found its route.
 *
 * @param path segments behind {@code /slipway/v1}
 * @param variables what the route's names stand for
 */
record Call(RestRequest request, RestReply reply, List<String> path, Map<String, String> variables) {
    private static final int PRECONDITION_FAILED = 412;

    /** What a name of the route's template stands for. */
    String variable(String name) {
        return Objects.requireNonNull(variables.get(name), name);
    }

    /** The version that the path names. */
    long version() {
        return RestPath.version(variable("version")).version();
    }

    /** A parameter of the query, decoded; null when it is not there. */
    @Nullable
    String query(String name) {
        for (String pair : request.query().split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            if (RestPath.decode(key).equals(name)) {
                return equals < 0 ? "" : RestPath.decode(pair.substring(equals + 1));
            }
        }
        return null;
    }

    /** The revision that a change is meant for, by {@code If-Match} or {@code ?revision=}; empty for any. */
    OptionalLong expectedRevision() {
        String text = query("revision");
        String tag = request.header("If-Match");
        if (text == null && tag != null && !tag.strip().equals("*")) {
            text = tag.strip().replace("\"", "");
        }
        if (text == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "revision '%s' (expected: a whole number, as in \"ETag\" of GET /slipway/v1/config)"
                            .formatted(text),
                    e);
        }
    }

    /** The body as text. */
    String text() {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(request.body().duplicate())
                    .toString();
        } catch (CharacterCodingException e) {
            throw new SlipwayException(ErrorCode.INVALID_ARGUMENT, "the body is no text (expected: UTF-8)", e);
        }
    }

    void json(ByteBuffer body) {
        HttpAnswers.json(reply, body);
    }

    void json(int status, Map<String, String> headers, ByteBuffer body) {
        reply.send(status, HttpAnswers.JSON, headers, body);
    }

    /** Answers with what becomes of {@code result}, whenever that is: {@code answer} is to send it, and must not block. */
    @SuppressWarnings("FutureReturnValueIgnored") // Nothing comes after.
    <T> void answer(CompletableFuture<T> result, Consumer<T> answer) {
        result.thenAccept(answer).exceptionally(failure -> {
            error(failure);
            return null;
        });
    }

    void error(Throwable failure) {
        SlipwayException error = Failures.asSlipwayException(failure);
        if (error instanceof StaleRevision) {
            HttpAnswers.error(reply, PRECONDITION_FAILED, Map.of(), error.getMessage());
        } else {
            HttpAnswers.error(reply, error);
        }
    }
}
