package dev.slipway.benchmarks.target;

import dev.slipway.benchmarks.wire.Protocol;
import dev.slipway.benchmarks.wire.Workload;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;

/** Asks a server that is starting until it gives the right answer. */
public final class FirstAnswer {
    private static final Duration PAUSE = Duration.ofMillis(2);

    private FirstAnswer() {}

    /**
     * Returns once the server at {@code port} answers rightly over TensorFlow Serving's REST API.
     *
     * @throws IOException when it doesn't within {@code patience}; the message tells the last try's outcome
     */
    public static void await(Workload workload, int port, Duration patience) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        String outcome = "not asked";
        while (System.nanoTime() < end) {
            try {
                outcome = ask(workload, port);
                if (outcome.isEmpty()) {
                    return;
                }
            } catch (IOException e) {
                outcome = e.toString();
            }
            Thread.sleep(PAUSE.toMillis());
        }
        throw new IOException(
                "no right answer at port %d within %d s: %s".formatted(port, patience.toSeconds(), outcome));
    }

    /** Asks once: empty for the right answer, and else what came instead. */
    private static String ask(Workload workload, int port) throws IOException {
        Protocol protocol = Protocol.TFS_REST;
        URI uri = URI.create("http://127.0.0.1:%d%s".formatted(port, protocol.path(workload)));
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setConnectTimeout(1_000);
        connection.setReadTimeout(30_000);
        protocol.headers(workload).forEach(connection::setRequestProperty);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(protocol.request(workload).getBytes());
        }
        if (connection.getResponseCode() != 200) {
            return "status " + connection.getResponseCode();
        }
        try (InputStream in = connection.getInputStream()) {
            Buffer answer = Buffer.buffer(in.readAllBytes());
            return workload.isAnswer(protocol.outputs(workload, answer)) ? "" : "wrong answer: " + answer;
        }
    }
}
