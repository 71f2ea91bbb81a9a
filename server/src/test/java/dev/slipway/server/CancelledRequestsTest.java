package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.protocol.proto.inference.ModelInferResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Clients that go while their requests wait. */
@Timeout(120)
class CancelledRequestsTest {
    private static final String WAITING = "slipway_requests_waiting ";

    @TempDir
    private static Path models;

    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(CancelledRequestsTest::written);

    private static Path written() {
        try {
            TestModels.write(models.resolve("loop/1"), TestModels.bytes("endless-loop"));
            Files.writeString(
                    models.resolve("loop/slipway.yaml"),
                    "warm_up: {enabled: false}\nbatching: {mode: off, max_queued: 3, runs_at_once: 1}\n");
            return models;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Future<ModelInferResponse> call(long rounds, long timeoutSeconds) {
        return SERVER.grpc().infer(TestModels.loopRequest(rounds), Duration.ofSeconds(timeoutSeconds));
    }

    private static Socket ask() throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), SERVER.server().restPort());
        String body = TestModels.loopBody(1);
        socket.getOutputStream()
                .write(("POST /v1/models/loop:predict HTTP/1.1\r\nhost: a\r\ncontent-length: " + body.length()
                                + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void awaitText(String text) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        String found = SERVER.get("/metrics").body();
        while (!found.contains(text)) {
            assertThat(System.nanoTime()).as(found).isLessThan(end);
            Thread.onSpinWait();
            found = SERVER.get("/metrics").body();
        }
    }

    @Test
    void requestsWhoseClientsHaveGoneLeaveTheQueueWhileTheModelIsBusy() throws Exception {
        assertThat(call(1, 60).get(60, TimeUnit.SECONDS).getModelName()).isEqualTo("loop");
        // On one connection: what is called later comes later, and can't run beside the first.
        Future<ModelInferResponse> busy = call(Long.MAX_VALUE, 30);
        Future<ModelInferResponse> first = call(1, 60);
        Future<ModelInferResponse> second = call(1, 60);
        awaitText(WAITING + "2.0");
        assertThat(first.cancel(true) && second.cancel(true)).isTrue();
        awaitText(WAITING + "0.0");
        assertThat(busy.isDone()).isFalse();

        List<Socket> sockets = List.of(ask(), ask(), ask());
        awaitText(WAITING + "3.0");
        for (Socket socket : sockets) {
            socket.close();
        }
        awaitText(WAITING + "0.0");
        awaitText("slipway_requests_total{code=\"CANCELLED\",model=\"loop\",protocol=\"tfs-rest\"} 3.0");
        Future<ModelInferResponse> live = call(1, 60);
        awaitText(WAITING + "1.0");
        assertThat(busy.isDone()).as("still").isFalse();
        assertThat(live.get(60, TimeUnit.SECONDS).getModelName()).isEqualTo("loop");
    }
}
