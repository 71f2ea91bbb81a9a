package dev.slipway.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A real HTTP server on a free port that answers what it was told to, and remembers what it was asked. */
final class ReplayServer implements AutoCloseable {
    record Request(String line, String body) {}

    private record Answer(int status, String body) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private final Queue<String> keys = new ConcurrentLinkedQueue<>();
    private final Queue<String> parents = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    ReplayServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /** Answers {@code line}, such as {@code GET /v2}; anything else gets status 404 and no body. */
    ReplayServer answering(String line, int status, String body) {
        answers.put(line, new Answer(status, body));
        return this;
    }

    /** Sends the head of an answer to {@code line}, then nothing. */
    ReplayServer hangingAt(String line) {
        return answering(line, -1, "");
    }

    URI uri() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    /** What came as {@code traceparent}, empty for none. */
    Queue<String> parents() {
        return parents;
    }

    /** The API keys that came, empty for none. */
    Queue<String> keys() {
        return keys;
    }

    Queue<Request> requests() {
        return requests;
    }

    private void handle(HttpExchange exchange) throws IOException {
        String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        parents.add(Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("traceparent"), ""));
        keys.add(Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("X-API-Key"), ""));
        requests.add(new Request(line, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        Answer answer = answers.getOrDefault(line, new Answer(404, ""));
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        if (answer.status() < 0) {
            exchange.sendResponseHeaders(200, 10);
            exchange.getResponseBody().flush();
            awaitClose();
        } else {
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    private void awaitClose() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
