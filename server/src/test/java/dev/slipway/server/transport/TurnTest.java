package dev.slipway.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the loop does in one turn: the requests are piled up behind a request that keeps the loop. */
class TurnTest {
    private static final int CONNECTIONS = 6;
    private static final int STREAMS = 5;

    private final TestServer server = new TestServer(TestServer.LIMITS, TestServer.TIMEOUTS, 1);
    private final List<RawClient> clients = new ArrayList<>();
    private final CountDownLatch loopKept = new CountDownLatch(1);
    private final CountDownLatch loopFreed = new CountDownLatch(1);

    @BeforeEach
    void connect() throws IOException {
        for (int at = 0; at <= CONNECTIONS; at++) {
            clients.add(new RawClient(server.port()));
        }
    }

    @AfterEach
    void stop() throws IOException {
        loopFreed.countDown();
        for (RawClient client : clients) {
            client.close();
        }
        server.close();
    }

    @Test
    void runsATaskAfterTheRequestsOfAllConnectionsThatWereReady() throws Exception {
        List<String> handed = new ArrayList<>();
        List<Executor> turns = new ArrayList<>();
        CompletableFuture<Integer> handedBeforeTask = new CompletableFuture<>();
        server.rest = (request, reply) -> {
            turns.add(request.turn());
            if (request.path().startsWith("/one")) {
                handed.add(request.path());
                request.turn().execute(() -> handedBeforeTask.complete(handed.size()));
            }
            keepLoopFor(request);
            TestServer.echo(request, reply);
        };
        for (RawClient client : clients) {
            assertThat(answerTo(client.send(post("/hello")))).contains("200 OK");
        }

        pileUp(at -> clients.get(at).send(post("/one" + at)));

        assertThat(handedBeforeTask.get(10, TimeUnit.SECONDS)).isEqualTo(CONNECTIONS);
        assertThat(turns).allMatch(turn -> turn == turns.get(0));
    }

    @Test
    void sendsTheAnswersOfATurnWithOneFlushForEachConnection() throws Exception {
        Map<Channel, AtomicInteger> flushes = new HashMap<>();
        List<GrpcCall> waiting = new ArrayList<>();
        CompletableFuture<List<Integer>> flushed = new CompletableFuture<>();
        server.rest = (request, reply) -> {
            keepLoopFor(request);
            TestServer.echo(request, reply);
        };
        server.grpc = call -> {
            if (call.message().remaining() == 0) {
                flushes.put(channelOf(call), new AtomicInteger());
                channelOf(call).pipeline().addFirst(new FlushCounter(flushes.get(channelOf(call))));
                call.reply(call.message());
                return;
            }
            waiting.add(call);
            if (waiting.size() == CONNECTIONS * STREAMS) {
                call.turn().execute(() -> {
                    flushes.values().forEach(count -> count.set(0));
                    waiting.forEach(one -> one.reply(one.message()));
                    // What was answered is sent by a task that waits there already.
                    call.turn()
                            .execute(() -> flushed.complete(flushes.values().stream()
                                    .map(AtomicInteger::get)
                                    .toList()));
                });
            }
        };
        for (int at = 1; at <= CONNECTIONS; at++) {
            clients.get(at).send(RawClient.concat(RawClient.HTTP2_HELLO, call(1, new byte[0])));
            assertThat(clients.get(at).readTo("grpc-status")).contains("application/grpc");
        }

        pileUp(at -> {
            byte[] calls = new byte[0];
            for (int stream = 1; stream <= STREAMS; stream++) {
                calls = RawClient.concat(calls, call(2 * stream + 1, new byte[] {7}));
            }
            clients.get(at).send(calls);
        });

        assertThat(flushed.get(10, TimeUnit.SECONDS)).hasSize(CONNECTIONS).containsOnly(1);
    }

    private interface Sending {
        void to(int connection) throws IOException;
    }

    /** Sends on all connections but the first while a request on that one keeps the loop. */
    private void pileUp(Sending sending) throws Exception {
        clients.get(0).send(post("/keep"));
        assertThat(loopKept.await(10, TimeUnit.SECONDS)).isTrue();
        for (int at = 1; at <= CONNECTIONS; at++) {
            sending.to(at);
        }
        loopFreed.countDown();
    }

    private void keepLoopFor(RestRequest request) {
        if (request.path().equals("/keep")) {
            loopKept.countDown();
            try {
                assertThat(loopFreed.await(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Channel channelOf(GrpcCall call) {
        return ((GrpcExchange) call).connection.context.channel();
    }

    private static String post(String path) {
        return "POST " + path + " HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nok";
    }

    private static String answerTo(RawClient client) throws IOException {
        return client.readTo("\r\n\r\nok");
    }

    private static byte[] call(int stream, byte[] message) {
        byte[] head = RawClient.headers(
                ":method",
                "POST",
                ":scheme",
                "http",
                ":path",
                "/grpc.health.v1.Health/Check",
                ":authority",
                "a",
                "content-type",
                "application/grpc");
        byte[] framed = RawClient.concat(new byte[] {0, 0, 0, 0, (byte) message.length}, message);
        return RawClient.concat(RawClient.frame(1, 4, stream, head), RawClient.frame(0, 1, stream, framed));
    }

    /** Stands between the guard and the socket. */
    private static final class FlushCounter extends ChannelOutboundHandlerAdapter {
        private final AtomicInteger count;

        FlushCounter(AtomicInteger count) {
            this.count = count;
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {
            count.incrementAndGet();
            ctx.flush();
        }
    }
}
