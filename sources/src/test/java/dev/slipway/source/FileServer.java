package dev.slipway.source;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of files on a free port of loopback, which can be told to behave badly. */
public final class FileServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, File> files = new ConcurrentHashMap<>();

    /** What was asked for: {@code GET /path Range=... If-Range=...}. */
    public final List<String> requests = new CopyOnWriteArrayList<>();

    /** The headers of each request. */
    public final List<Headers> headers = new CopyOnWriteArrayList<>();

    /** Ends the answers that stand still. */
    public final CountDownLatch released = new CountDownLatch(1);

    /** A file and its manners. */
    public static final class File {
        public volatile byte[] bytes;
        public volatile String etag;

        /** Answers that break off (or stand still) after {@link #cutAfter} bytes. */
        public final AtomicInteger cuts = new AtomicInteger();

        public volatile int cutAfter;
        public volatile boolean isStill;

        /** Statuses to answer with first, by turns. */
        public final List<Integer> statuses = new CopyOnWriteArrayList<>();

        public volatile boolean isChunked;
        public volatile boolean refusesHead;
        public final Map<String, String> more = new ConcurrentHashMap<>();

        File(byte[] bytes, String etag) {
            this.bytes = bytes;
            this.etag = etag;
        }
    }

    public FileServer() throws IOException {
        this(0);
    }

    public FileServer(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    public File put(String path, byte[] bytes, String etag) {
        File file = new File(bytes, etag);
        files.put(path, file);
        return file;
    }

    public void handle(String path, HttpHandler handler) {
        server.createContext(path, exchange -> {
            note(exchange);
            handler.handle(exchange);
        });
    }

    private void note(HttpExchange exchange) {
        Headers asked = exchange.getRequestHeaders();
        String range = asked.getFirst("Range") == null ? "" : " Range=" + asked.getFirst("Range");
        String ifRange = asked.getFirst("If-Range") == null ? "" : " If-Range=" + asked.getFirst("If-Range");
        headers.add(asked);
        requests.add(
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath() + range + ifRange);
    }

    private void answer(HttpExchange exchange) throws IOException {
        note(exchange);
        File file = files.get(exchange.getRequestURI().getPath());
        boolean isHead = exchange.getRequestMethod().equals("HEAD");
        if (file == null) {
            status(exchange, 404);
        } else if (isHead && file.refusesHead) {
            status(exchange, 405);
        } else if (!isHead && !file.statuses.isEmpty()) {
            status(exchange, file.statuses.remove(0));
        } else {
            send(exchange, file, isHead);
        }
    }

    private static void status(HttpExchange exchange, int status) throws IOException {
        if (status == 503) {
            exchange.getResponseHeaders().set("Retry-After", "7");
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private void send(HttpExchange exchange, File file, boolean isHead) throws IOException {
        byte[] bytes = file.bytes;
        Headers said = exchange.getResponseHeaders();
        if (!file.etag.isEmpty()) {
            said.set("ETag", file.etag);
        }
        file.more.forEach(said::set);
        if (isHead) {
            said.set("Content-Length", Integer.toString(bytes.length));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
            return;
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        String ifRange = exchange.getRequestHeaders().getFirst("If-Range");
        int from = 0;
        if (range != null && (ifRange == null || ifRange.equals(file.etag))) {
            from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-.*", "$1"));
            said.set("Content-Range", "bytes %d-%d/%d".formatted(from, bytes.length - 1, bytes.length));
        }
        byte[] part = Arrays.copyOfRange(bytes, from, bytes.length);
        exchange.sendResponseHeaders(
                range != null && said.containsKey("Content-Range") ? 206 : 200, file.isChunked ? 0 : part.length);
        OutputStream out = exchange.getResponseBody();
        if (file.cuts.getAndDecrement() > 0) {
            out.write(part, 0, Math.min(file.cutAfter, part.length));
            out.flush();
            if (file.isStill) {
                await();
            }
        } else {
            out.write(part);
        }
        exchange.close();
    }

    private void await() throws IOException {
        try {
            released.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        released.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
