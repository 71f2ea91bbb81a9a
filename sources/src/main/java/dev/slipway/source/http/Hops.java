package dev.slipway.source.http;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** Sends requests and follows redirects: never from https to http, and with a password only to whom it was meant for. */
final class Hops {
    private static final int HOPS_MAX = 10;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final HttpClient client;
    private final Duration answerTimeout;

    Hops(DownloadLimits limits) {
        // HTTP/1.1: a download has a connection of its own, and plain-text servers are spared an upgrade.
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(limits.connectTimeout())
                .build();
        answerTimeout = limits.answerTimeout();
    }

    /**
     * The answer of the last hop.
     *
     * @throws SlipwayException {@code FAILED_PRECONDITION} for a redirect that is not followed
     */
    <T> HttpResponse<T> send(
            String method, HttpLocation location, Map<String, String> headers, HttpResponse.BodyHandler<T> body)
            throws IOException, InterruptedException {
        HttpLocation at = location;
        for (int hop = 0; hop <= HOPS_MAX; hop++) {
            HttpRequest.Builder request = HttpRequest.newBuilder(at.uri())
                    .method(method, HttpRequest.BodyPublishers.noBody())
                    .timeout(answerTimeout)
                    .header("Accept-Encoding", "identity")
                    .header("User-Agent", "slipway");
            headers.forEach(request::header);
            if (!at.authorization().isEmpty()) {
                request.header("Authorization", at.authorization());
            }
            HttpResponse<T> response = client.send(
                    request.build(),
                    answer -> isRedirect(answer.statusCode())
                            ? HttpResponse.BodySubscribers.mapping(
                                    HttpResponse.BodySubscribers.discarding(), nothing -> null)
                            : body.apply(answer));
            if (!isRedirect(response.statusCode())) {
                return response;
            }
            at = next(at, response.headers());
        }
        throw refused("%s redirects more than %d times".formatted(location, HOPS_MAX));
    }

    private static boolean isRedirect(int status) {
        return REDIRECTS.contains(status);
    }

    static HttpLocation next(HttpLocation from, HttpHeaders headers) {
        String text = headers.firstValue("Location").orElse("");
        if (text.isEmpty()) {
            throw refused("%s redirects to nowhere".formatted(from));
        }
        URI to;
        try {
            to = from.uri().resolve(text);
        } catch (IllegalArgumentException e) {
            // Without the cause, which repeats the text.
            throw refused("%s redirects to what is no URL".formatted(from));
        }
        boolean isHttps = "https".equalsIgnoreCase(to.getScheme());
        if (to.getHost() == null || !(isHttps || "http".equalsIgnoreCase(to.getScheme()))) {
            throw refused("%s redirects to scheme '%s' (expected: http or https)".formatted(from, to.getScheme()));
        }
        if (!isHttps && "https".equalsIgnoreCase(from.uri().getScheme())) {
            throw refused("%s redirects from https to http".formatted(from));
        }
        HttpLocation next = HttpLocation.of(to);
        boolean isSameOrigin = to.getHost().equalsIgnoreCase(from.uri().getHost())
                && to.getPort() == from.uri().getPort()
                && isHttps == "https".equalsIgnoreCase(from.uri().getScheme());
        String authorization = isSameOrigin ? from.authorization() : next.authorization();
        return new HttpLocation(next.uri(), authorization, from.sha256(), from.version());
    }

    private static SlipwayException refused(String message) {
        return new SlipwayException(ErrorCode.FAILED_PRECONDITION, message);
    }
}
