package dev.slipway.server.soak;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.server.TestModels;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** What happens to models that only these ask: one that people load and unload, and one that lies behind a URL. */
final class SpareDisturbances implements AutoCloseable {
    private static final String BASE = "/slipway/v1/models/";
    private static final int ASKED_IN_AN_OUTAGE = 20;
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final Path folder;
    private final SoakStatus status;
    private final AtomicInteger factor = new AtomicInteger(1);
    private final InetSocketAddress address;
    private HttpServer store;

    /** @param root where the model that people load comes to lie */
    SpareDisturbances(Path root, SoakStatus status) throws IOException {
        this.folder = root.resolve("spare");
        this.status = status;
        TestModels.write(folder.resolve("1"), TestModels.times(5, 5));
        store = serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        address = store.getAddress();
    }

    List<Disturbance> all() {
        return List.of(new ByHand(), new StoreCutOff());
    }

    private HttpServer serve(InetSocketAddress where) throws IOException {
        HttpServer server = HttpServer.create(where, 0);
        server.createContext("/model.onnx", this::answer);
        server.start();
        return server;
    }

    private void answer(HttpExchange exchange) throws IOException {
        int now = factor.get();
        byte[] model = TestModels.times(now, now);
        exchange.getResponseHeaders().set("ETag", "\"" + now + "\"");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(model.length));
            exchange.sendResponseHeaders(OK, -1);
        } else {
            exchange.sendResponseHeaders(OK, model.length);
            exchange.getResponseBody().write(model);
        }
        exchange.close();
    }

    private void done(String method, String path, String body) throws Exception {
        HttpResponse<String> answer = status.request(method, path, body);
        if (answer.statusCode() / 100 != 2 || answer.body().contains("\"failed\"")) {
            throw new AssertionError("%s %s: %d %s".formatted(method, path, answer.statusCode(), answer.body()));
        }
    }

    private HttpResponse<String> ask(String model) throws Exception {
        return status.request("POST", "/v1/models/" + model + ":predict", "{\"inputs\": [1.0, 1.0]}");
    }

    private static boolean isTimes(HttpResponse<String> answer, int factor) {
        return answer.statusCode() == OK && answer.body().contains("[%d.0,%d.0]".formatted(factor, factor));
    }

    private void require(HttpResponse<String> answer, int factor) {
        if (!isTimes(answer, factor)) {
            throw new AssertionError(
                    "%d %s (expected: [%d.0,%d.0])".formatted(answer.statusCode(), answer.body(), factor, factor));
        }
    }

    @Override
    public void close() {
        store.stop(0);
    }

    /** Somebody unloads a model, and loads it again. */
    private final class ByHand implements Disturbance {
        @Override
        public String name() {
            return "unloaded and loaded by hand";
        }

        @Override
        public void run(Random random) throws Exception {
            done("PUT", BASE + "spare", "{\"path\": \"" + folder + "\"}");
            done("POST", BASE + "spare/load?wait=60s", "");
            require(ask("spare"), 5);
            done("POST", BASE + "spare/unload?wait=60s", "");
            int refused = ask("spare").statusCode();
            if (refused != UNAVAILABLE) {
                throw new AssertionError("unloaded, but answered with %d (expected: 503)".formatted(refused));
            }
            done("POST", BASE + "spare/load?wait=60s", "");
            require(ask("spare"), 5);
        }
    }

    /** The store that a model came from is cut off; what is served stays, and what is new comes when the store is back. */
    private final class StoreCutOff implements Disturbance {
        @Override
        public String name() {
            return "store cut off";
        }

        @Override
        public void run(Random random) throws Exception {
            done("PUT", BASE + "remote", "{\"path\": \"http://127.0.0.1:" + address.getPort() + "/model.onnx\"}");
            await(factor.get());
            store.stop(0);
            for (int at = 0; at < ASKED_IN_AN_OUTAGE; at++) {
                require(ask("remote"), factor.get());
                SoakStatus.pause();
            }
            int next = factor.incrementAndGet();
            store = serve(address);
            await(next);
            done("DELETE", BASE + "remote", "");
        }

        private void await(int wanted) throws Exception {
            SoakStatus.until(() -> isTimes(ask("remote"), wanted), "the model behind a URL multiplies by " + wanted);
        }
    }
}
