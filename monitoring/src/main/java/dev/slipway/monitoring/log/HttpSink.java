package dev.slipway.monitoring.log;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Posts events to an address. An answer from 200 to 299 takes them; 401, 403, 404, 408, 425, 429 and all from 500 are tried
 * again; any other refuses them, of many together each by itself. For one thread.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md">CloudEvents:
 *     HTTP</a>
 */
public final class HttpSink implements Sink {
    /** Requests that are under way at once. */
    private static final int AT_ONCE = 16;

    private static final int BATCH_EVENTS = 100;

    /** Beside those from 500: what may be mended without the events being others. */
    private static final Set<Integer> RETRIED = Set.of(401, 403, 404, 408, 425, 429);

    private final Target target;
    private final HttpClient client;

    /** Whether the log was told, since events were taken last. */
    private boolean isRefusing;

    /** How events lie in a request. */
    public enum Mode {
        /** Each in a request of its own, its attributes as headers. */
        BINARY,
        /** Each in a request of its own, as JSON. */
        STRUCTURED,
        /** Many in a request, as JSON. */
        BATCH
    }

    /**
     * Where to.
     *
     * @param timeout for a request, until all of its answer is there
     * @param tokenFile holds what is sent as {@code Authorization: Bearer}, read for each batch; null for nothing
     */
    public record Target(
            URI url, Mode mode, Duration timeout, @Nullable Path tokenFile) {
        /** For people. */
        String place() {
            return HttpSink.place(url);
        }
    }

    /** What is sent in a request. */
    private record Sent(List<CloudEvent> events, int bytes, CompletableFuture<HttpResponse<Void>> answer) {}

    public HttpSink(Target target) {
        this.target = target;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(target.timeout())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** An address without what may be secret in it: user, password and query. */
    public static String place(URI url) {
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        return url.getScheme() + "://" + url.getHost() + port + url.getRawPath();
    }

    @Override
    public void write(Batch batch) throws IOException {
        String token = token();
        int size = target.mode() == Mode.BATCH ? BATCH_EVENTS : 1;
        List<CloudEvent> refused = post(parts(batch.left(), size), token, batch);
        // One that is not wanted must not take with it those that it came with.
        post(parts(refused, 1), token, batch);
    }

    /** Answers those that were refused together with others: nobody knows yet which of them is not wanted. */
    private List<CloudEvent> post(List<List<CloudEvent>> parts, @Nullable String token, Batch batch)
            throws IOException {
        List<CloudEvent> refused = new ArrayList<>();
        for (int from = 0; from < parts.size(); from += AT_ONCE) {
            List<Sent> sent = new ArrayList<>();
            for (List<CloudEvent> part : parts.subList(from, Math.min(parts.size(), from + AT_ONCE))) {
                sent.add(send(part, token));
            }
            refused.addAll(await(sent, batch));
        }
        return refused;
    }

    private static List<List<CloudEvent>> parts(List<CloudEvent> events, int size) {
        List<List<CloudEvent>> parts = new ArrayList<>();
        for (int from = 0; from < events.size(); from += size) {
            parts.add(events.subList(from, Math.min(events.size(), from + size)));
        }
        return parts;
    }

    private Sent send(List<CloudEvent> events, @Nullable String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(target.url()).timeout(target.timeout());
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        byte[] body = switch (target.mode()) {
            case BINARY -> {
                CloudEvent event = events.get(0);
                event.attributes().forEach((name, value) -> request.header("ce-" + name, encoded(value)));
                request.header("Content-Type", CloudEvent.DATA_TYPE);
                yield event.data();
            }
            case STRUCTURED -> {
                request.header("Content-Type", "application/cloudevents+json; charset=UTF-8");
                yield bytes(EventJson.write(events.get(0)));
            }
            case BATCH -> {
                request.header("Content-Type", "application/cloudevents-batch+json; charset=UTF-8");
                yield bytes(EventJson.write(events));
            }
        };
        request.POST(HttpRequest.BodyPublishers.ofByteArray(body));
        return new Sent(events, body.length, client.sendAsync(request.build(), HttpResponse.BodyHandlers.discarding()));
    }

    /** All of them, so that what was taken is not sent again because another one failed. */
    private List<CloudEvent> await(List<Sent> all, Batch batch) throws IOException {
        long end = System.nanoTime() + target.timeout().toNanos();
        List<CloudEvent> refused = new ArrayList<>();
        IOException failure = null;
        for (Sent sent : all) {
            try {
                HttpResponse<Void> answer = sent.answer().get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                int status = answer.statusCode();
                if (status >= 200 && status < 300) {
                    taken(sent, batch);
                } else if (status >= 500 || RETRIED.contains(status)) {
                    failure = new IOException("%s answers %d".formatted(target.place(), status));
                } else if (sent.events().size() > 1) {
                    refused.addAll(sent.events());
                } else {
                    sent.events().forEach(batch::refused);
                    refusing(status);
                }
            } catch (TimeoutException e) {
                // The client's own timeout ends with the head of an answer, whose body may never come.
                sent.answer().cancel(true);
                long millis = target.timeout().toMillis();
                failure = new IOException("%s: no whole answer within %d ms".formatted(target.place(), millis), e);
            } catch (ExecutionException e) {
                failure = new IOException("%s: %s".formatted(target.place(), e.getCause()), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
        return refused;
    }

    private void taken(Sent sent, Batch batch) {
        int each = sent.bytes() / sent.events().size();
        sent.events().forEach(event -> batch.written(event, each));
        isRefusing = false;
    }

    private void refusing(int status) {
        if (!isRefusing) {
            isRefusing = true;
            System.getLogger(HttpSink.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "prediction log: {0} refuses events with {1} (expected: 200 to 299); they are dropped and counted",
                            target.place(),
                            status);
        }
    }

    private @Nullable String token() throws IOException {
        Path file = target.tokenFile();
        if (file == null) {
            return null;
        }
        String token = Files.readString(file).strip();
        if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c <= '~')) {
            // The client would say what it holds.
            throw new IOException("%s: no bearer token (expected: one, of visible ASCII)".formatted(file));
        }
        return token;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    /** As headers have it: what is not visible ASCII, and quotation marks and percent signs, as percent-encoded UTF-8. */
    private static String encoded(String value) {
        StringBuilder text = new StringBuilder(value.length());
        value.codePoints().forEach(c -> {
            if (c > ' ' && c <= '~' && c != '"' && c != '%') {
                text.append((char) c);
            } else {
                String part = URLEncoder.encode(Character.toString(c), StandardCharsets.UTF_8);
                text.append(part.equals("+") ? "%20" : part);
            }
        });
        return text.toString();
    }

    @Override
    public void close() {
        // Nothing is open between two batches.
    }
}
