package dev.slipway.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Talks to a Slipway server over its REST ports. Thread-safe; connections are kept and shared. Errors are
 * {@link SlipwayException}: the server's own, {@code UNAVAILABLE} when there is none to be reached, and
 * {@code DEADLINE_EXCEEDED} when it doesn't answer in time.
 */
public final class SlipwayClient {
    /** Where {@code slipway serve} listens unless told otherwise. */
    public static final URI DEFAULT_SERVER = URI.create("http://localhost:8501");

    private final URI server;
    private final Duration timeout;
    private final HttpClient http;

    /**
     * @param server {@code http} or {@code https}, a host, and a path below which the server answers, if there is one
     * @param timeout of each call as a whole, above 0
     */
    public SlipwayClient(URI server, Duration timeout) {
        boolean web = "http".equals(server.getScheme()) || "https".equals(server.getScheme());
        if (!web || server.getHost() == null) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "server: '%s' (expected: a URL such as %s)".formatted(server, DEFAULT_SERVER));
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT, "timeout: %s (expected: above 0)".formatted(timeout));
        }
        String text = server.toString();
        this.server = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        this.timeout = timeout;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
    }

    /** The server's address, without a slash at the end. */
    public URI server() {
        return server;
    }

    /** All models that the server knows, with the states of their versions. */
    public List<ModelStatus> models() {
        return ModelList.parse(modelsJson());
    }

    /** As {@link #models()}, as the server wrote it. */
    public String modelsJson() {
        return send(request("/v1/models").GET());
    }

    /** How the server runs requests, and why, for each signature of each version that it has run. */
    public List<DispatchSummary> dispatch() {
        return DispatchList.parse(dispatchJson());
    }

    /** As {@link #dispatch()}, as the server wrote it. */
    public String dispatchJson() {
        return send(request("/slipway/v1/dispatch").GET());
    }

    /**
     * Runs a model and returns the answer's JSON in the protocol of the request.
     *
     * @param target the model, which of its versions, and the signature
     * @param json a predict body of TensorFlow Serving's REST API, an infer body of the Open Inference Protocol, a bare
     *     array (taken for {@code instances}) or a bare object (taken for {@code inputs})
     * @throws SlipwayException {@code INVALID_ARGUMENT} also when the body is no JSON, or when its form can't carry
     *     what {@code target} asks for: the Open Inference Protocol knows neither labels nor signatures
     */
    public String predict(Target target, String json) {
        PredictBody body = PredictBody.of(json, target.signature());
        String path = switch (body.form()) {
            case TENSORFLOW_SERVING ->
                "/v1/models/%s%s:predict".formatted(encoded(target.model()), choicePath(target.version()));
            case OPEN_INFERENCE ->
                "/v2/models/%s%s/infer".formatted(encoded(target.model()), choicePath(withoutLabel(target.version())));
        };
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.json())));
    }

    /** What the server says of itself. */
    public ServerVersion serverVersion() {
        Map<String, String> fields = textFields(send(request("/v2").GET()));
        return new ServerVersion(
                fields.getOrDefault("name", "a server without a name"),
                fields.getOrDefault("version", "without version"));
    }

    private static VersionChoice withoutLabel(VersionChoice choice) {
        if (choice instanceof VersionChoice.Label label) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    ("body has the form of the Open Inference Protocol, which has no labels"
                                    + " (expected: a version or none, found: label '%s')")
                            .formatted(label.label()));
        }
        return choice;
    }

    private static String choicePath(VersionChoice choice) {
        if (choice instanceof VersionChoice.Exact number) {
            return "/versions/" + number.version();
        }
        return choice instanceof VersionChoice.Label label ? "/labels/" + encoded(label.label()) : "";
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server + path)).header("Accept", "application/json");
    }

    /** Sends, and returns the body of an answer with status 200. The timeout bounds the whole, body included. */
    private String send(HttpRequest.Builder builder) {
        HttpRequest request = builder.build();
        CompletableFuture<HttpResponse<String>> exchange =
                http.sendAsync(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        try {
            HttpResponse<String> response = exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            if (response.statusCode() != 200) {
                throw refused(response);
            }
            return response.body();
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

    private SlipwayException unreachable(Throwable cause) {
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
        return new SlipwayException(
                ErrorCode.UNAVAILABLE, "the connection to %s broke: %s".formatted(server, cause.getMessage()), cause);
    }

    private SlipwayException refused(HttpResponse<String> response) {
        int status = response.statusCode();
        String error = errorField(response.body());
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
    private static Map<String, String> textFields(String json) {
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
