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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Posts events to an address. An answer from 200 to 299 takes them; 408, 425, 429 and all from 500 are tried again; any other
 * refuses them. For one thread.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md">CloudEvents:
 *     HTTP</a>
 */
public final class HttpSink implements Sink {
    /** Requests that are under way at once. */
    private static final int AT_ONCE = 16;

    private static final int BATCH_EVENTS = 100;

    private final Target target;
    private final HttpClient client;

    /** Whether the log was told. */
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
     * @param timeout for a request
     * @param tokenFile holds what is sent as {@code Authorization: Bearer}, read for each batch; null for nothing
     */
    public record Target(
            URI url, Mode mode, Duration timeout, @Nullable Path tokenFile) {}

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

    @Override
    public void write(Batch batch) throws IOException {
        String token = token();
        List<List<CloudEvent>> parts = parts(batch.left());
        for (int from = 0; from < parts.size(); from += AT_ONCE) {
            List<Sent> sent = new ArrayList<>();
            for (List<CloudEvent> part : parts.subList(from, Math.min(parts.size(), from + AT_ONCE))) {
                sent.add(send(part, token));
            }
            await(sent, batch);
        }
    }

    private List<List<CloudEvent>> parts(List<CloudEvent> events) {
        int size = target.mode() == Mode.BATCH ? BATCH_EVENTS : 1;
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
    private void await(List<Sent> all, Batch batch) throws IOException {
        IOException failure = null;
        for (Sent sent : all) {
            try {
                int status = sent.answer().get().statusCode();
                if (status >= 200 && status < 300) {
                    int each = sent.bytes() / sent.events().size();
                    sent.events().forEach(event -> batch.written(event, each));
                } else if (status >= 500 || status == 408 || status == 425 || status == 429) {
                    failure = new IOException("%s answers %d".formatted(target.url(), status));
                } else {
                    sent.events().forEach(batch::refused);
                    refusing(status);
                }
            } catch (ExecutionException e) {
                failure = new IOException("%s: %s".formatted(target.url(), e.getCause()), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void refusing(int status) {
        if (!isRefusing) {
            isRefusing = true;
            System.getLogger(HttpSink.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "prediction log: {0} refuses events with {1} (expected: 200 to 299); they are dropped and counted",
                            target.url(),
                            status);
        }
    }

    private @Nullable String token() throws IOException {
        Path file = target.tokenFile();
        return file == null ? null : Files.readString(file).strip();
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
