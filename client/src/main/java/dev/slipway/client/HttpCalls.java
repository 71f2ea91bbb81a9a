package dev.slipway.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Sends requests to a server, and turns what goes wrong into errors that a caller can understand. Thread-safe. */
final class HttpCalls {
    /**
     * @see <a href="https://www.w3.org/TR/trace-context/#traceparent-header-field-values">W3C: Trace Context, traceparent</a>
     */
    private static final Pattern TRACE_PARENT =
            Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-[!-~]{0,400})?");

    private final URI server;
    private final Duration timeout;
    private final @Nullable String apiKey;
    private final HttpClient http;
    private final Supplier<@Nullable String> traceparent;

    /**
     * @param server without a slash at the end
     * @param timeout of each call as a whole
     * @param identity whom to trust, and what to show
     */
    HttpCalls(URI server, Duration timeout, Identity identity) {
        this.server = server;
        this.timeout = timeout;
        this.apiKey = identity.apiKey();
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(timeout);
        SSLContext context = "https".equals(server.getScheme()) ? identity.context() : null;
        this.http = (context == null ? builder : builder.sslContext(context)).build();
        this.traceparent = () -> null;
    }

    private HttpCalls(HttpCalls shared, Supplier<@Nullable String> traceparent) {
        this.server = shared.server;
        this.timeout = shared.timeout;
        this.apiKey = shared.apiKey;
        this.http = shared.http;
        this.traceparent = traceparent;
    }

    /** The same connections, for requests that say of which trace they are. */
    HttpCalls traced(Supplier<@Nullable String> asked) {
        return new HttpCalls(this, asked);
    }

    /** A segment of a path. */
    static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    HttpRequest.Builder request(String path) {
        return bare(path).header("Accept", "application/json");
    }

    private HttpRequest.Builder bare(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + path));
        String parent = traceparent.get();
        if (parent != null && TRACE_PARENT.matcher(parent).matches()) {
            request.header("traceparent", parent);
        }
        return apiKey == null ? request : request.header("X-API-Key", apiKey);
    }

    String get(String path) {
        return send(request(path).GET());
    }

    /** @param method with a body of JSON */
    String send(String method, String path, String json) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(json)));
    }

    /** Sends, and returns the body of an answer with status 200 or 202. The timeout bounds the whole, body included. */
    String send(HttpRequest.Builder builder) {
        HttpResponse<String> response = exchange(builder, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        if (!isGood(response)) {
            throw refused(response, response.body());
        }
        return response.body();
    }

    /**
     * The lines of an answer, as they come. The timeout bounds the time to its head.
     *
     * @return to be closed; throws {@code UncheckedIOException} when the connection breaks
     */
    Stream<String> lines(String path) {
        HttpResponse<Stream<String>> response = exchange(bare(path).GET(), HttpResponse.BodyHandlers.ofLines());
        if (!isGood(response)) {
            try (Stream<String> body = response.body()) {
                throw refused(response, body.collect(Collectors.joining("\n")));
            }
        }
        return response.body();
    }

    private static boolean isGood(HttpResponse<?> response) {
        return response.statusCode() == 200 || response.statusCode() == 202;
    }

    private <T> HttpResponse<T> exchange(HttpRequest.Builder builder, HttpResponse.BodyHandler<T> body) {
        CompletableFuture<HttpResponse<T>> exchange = http.sendAsync(builder.build(), body);
        try {
            return exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            exchange.cancel(true);
            throw late(e);
        } catch (InterruptedException e) {
            exchange.cancel(true);
            Thread.currentThread().interrupt();
            throw new SlipwayException(ErrorCode.CANCELLED, "interrupted while waiting for " + server, e);
        } catch (ExecutionException e) {
            throw unreachable(e.getCause() == null ? e : e.getCause());
        }
    }

    private SlipwayException late(Throwable cause) {
        return new SlipwayException(
                ErrorCode.DEADLINE_EXCEEDED,
                "%s gave no answer within %d ms".formatted(server, timeout.toMillis()),
                cause);
    }

    /** What to say of a connection that failed. */
    SlipwayException unreachable(Throwable cause) {
        if (cause instanceof HttpTimeoutException) {
            return late(cause);
        }
        if (cause instanceof ConnectException && cause.getCause() instanceof UnresolvedAddressException) {
            return new SlipwayException(
                    ErrorCode.UNAVAILABLE, "host '%s' of %s is not known".formatted(server.getHost(), server), cause);
        }
        if (cause instanceof ConnectException) {
            return new SlipwayException(
                    ErrorCode.UNAVAILABLE,
                    "no server at %s (start one with: slipway serve DIR)".formatted(server),
                    cause);
        }
        if (cause instanceof SSLException && cause.getCause() instanceof CertificateException) {
            return new SlipwayException(
                    ErrorCode.UNAVAILABLE,
                    "the certificate of %s is not trusted: %s (expected: one for that host, issued by whom --ca FILE names)"
                            .formatted(server, cause.getCause().getMessage()),
                    cause);
        }
        if (cause instanceof SSLException) {
            return new SlipwayException(
                    ErrorCode.UNAVAILABLE,
                    "no TLS with %s: %s (expected: a server that speaks it, and what it asks of clients)"
                            .formatted(server, cause.getMessage()),
                    cause);
        }
        return new SlipwayException(
                ErrorCode.UNAVAILABLE, "the connection to %s broke: %s".formatted(server, cause.getMessage()), cause);
    }

    private static SlipwayException refused(HttpResponse<?> response, String body) {
        int status = response.statusCode();
        String error = errorField(body);
        String message = error != null
                ? error
                : "%s answered status %d without a reason (expected: a Slipway server)"
                        .formatted(response.uri(), status);
        return new SlipwayException(code(status), message);
    }

    private static @Nullable String errorField(String body) {
        try {
            return textFields(body).get("error");
        } catch (SlipwayException e) {
            return null;
        }
    }

    /** The fields of an object that hold text. */
    static Map<String, String> textFields(String json) {
        Map<String, String> fields = new TreeMap<>();
        try (JsonParser parser = Json.parser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new SlipwayException(ErrorCode.DATA_LOSS, "answer is no JSON object");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                if (parser.nextToken() == JsonToken.VALUE_STRING) {
                    fields.put(name, parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
            return fields;
        } catch (JsonProcessingException e) {
            throw new SlipwayException(ErrorCode.DATA_LOSS, "answer is not JSON: " + Json.problem(e), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The code that a status stands for; the other way round it isn't unique, and the first of them is taken. */
    private static ErrorCode code(int status) {
        return switch (status) {
            case 401 -> ErrorCode.UNAUTHENTICATED;
            case 403 -> ErrorCode.PERMISSION_DENIED;
            case 404 -> ErrorCode.NOT_FOUND;
            case 409 -> ErrorCode.ABORTED;
            case 413, 429 -> ErrorCode.RESOURCE_EXHAUSTED;
            case 499 -> ErrorCode.CANCELLED;
            case 500 -> ErrorCode.INTERNAL;
            case 501 -> ErrorCode.UNIMPLEMENTED;
            case 502, 503 -> ErrorCode.UNAVAILABLE;
            case 504 -> ErrorCode.DEADLINE_EXCEEDED;
            default -> status >= 400 && status < 500 ? ErrorCode.INVALID_ARGUMENT : ErrorCode.UNKNOWN;
        };
    }
}
