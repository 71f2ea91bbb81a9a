package dev.slipway.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("hostile")
@Timeout(60)
class BadClientTest {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final String POST = "POST / HTTP/1.1\r\nhost: a\r\n";
    private static final String[] GRPC_HEAD = {
        ":method",
        "POST",
        ":scheme",
        "http",
        ":path",
        "/grpc.health.v1.Health/Check",
        ":authority",
        "a",
        "content-type",
        "application/grpc"
    };

    @Test
    void refusesABodyThatIsAnnouncedTooLargeBeforeItComes() throws Exception {
        try (TestServer server = new TestServer();
                RawClient client = new RawClient(server.port())) {
            String answer =
                    client.send(POST + "content-length: 1048577\r\n\r\n").readTo("}");

            assertThat(answer)
                    .startsWith("HTTP/1.1 413 ")
                    .contains("connection: close")
                    .endsWith("{\"error\": \"body is too large (expected: at most 1048576 bytes)\"}");
            assertThat(client.readAll()).isEmpty();
            TestServer.await(() -> server.transport.connectionCount() == 0);
        }
    }

    @Test
    void refusesAChunkedBodyOnceItIsTooLarge() throws Exception {
        try (TestServer server = new TestServer();
                RawClient client = new RawClient(server.port())) {
            client.send(POST + "transfer-encoding: chunked\r\n\r\n");
            for (int at = 0; at < 17; at++) {
                client.send("10000\r\n").send(new byte[65_536]).send("\r\n");
            }
            assertThat(client.readTo("}")).startsWith("HTTP/1.1 413 ");
            TestServer.await(() -> server.transport.heldBytes() == 0);
            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void stopsReadingFromAClientThatSendsOnAfterItsRefusal() throws Exception {
        try (TestServer server = new TestServer(TestServer.LIMITS, TestServer.impatient(SHORT));
                RawClient client = new RawClient(server.port())) {
            client.send(POST + "content-length: 100000000000\r\n\r\n").sendUntilClosed(new byte[65_536]);

            TestServer.await(() -> server.transport.connectionCount() == 0);
            TestServer.await(() -> server.transport.heldBytes() == 0);
        }
    }

    @Test
    void refusesAZipBomb() throws Exception {
        byte[] bomb = TestServer.array(Gzip.deflate(java.nio.ByteBuffer.allocate(50_000_000)));
        try (TestServer server = new TestServer();
                RawClient client = new RawClient(server.port())) {
            client.send(POST + "content-encoding: gzip\r\ncontent-length: " + bomb.length + "\r\n\r\n")
                    .send(bomb);

            assertThat(client.readTo("}")).startsWith("HTTP/1.1 413 ");
            TestServer.await(() -> server.transport.heldBytes() == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no gzip at all", "\037\213\b\0\0\0\0\0\0\0cut"})
    void refusesABodyThatIsNotGzipThoughItSaysSo(String body) throws Exception {
        try (TestServer server = new TestServer();
                RawClient client = new RawClient(server.port())) {
            client.send(POST + "content-encoding: gzip\r\ncontent-length: " + body.length() + "\r\n\r\n" + body);

            assertThat(client.readTo("}"))
                    .startsWith("HTTP/1.1 400 ")
                    .endsWith(
                            "{\"error\": \"body is not gzip or deflate, or cut off (expected: as its header says)\"}");
            TestServer.await(() -> server.transport.heldBytes() == 0);
        }
    }

    @Test
    void refusesAnEncodingThatItDoesNotKnow() throws Exception {
        try (TestServer server = new TestServer();
                RawClient client = new RawClient(server.port())) {
            assertThat(client.send(POST + "content-encoding: br\r\ncontent-length: 1\r\n\r\na")
                            .readTo("}"))
                    .startsWith("HTTP/1.1 415 ")
                    .endsWith("{\"error\": \"content-encoding 'br' (expected: gzip, deflate or identity)\"}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"P", "POST / HTTP/1.1\r\nhost:", "PRI * HTTP/2.0\r\n"})
    void cutsAClientThatNeverFinishesAHead(String begin) throws Exception {
        try (TestServer server = new TestServer(TestServer.LIMITS, TestServer.impatient(SHORT));
                RawClient client = new RawClient(server.port())) {
            assertThat(client.send(begin).readAll())
                    .startsWith("HTTP/1.1 408 ")
                    .endsWith("{\"error\": \"the request's head did not arrive in time\"}");
            TestServer.await(() -> server.transport.connectionCount() == 0);
        }
    }

    @Test
    void cutsAClientThatDribblesItsHead() throws Exception {
        try (TestServer server = new TestServer(TestServer.LIMITS, TestServer.impatient(SHORT));
                RawClient client = new RawClient(server.port())) {
            client.send("GET / HTTP/1.1\r\nx: ").sendUntilClosed(new byte[] {'x'});
            TestServer.await(() -> server.transport.connectionCount() == 0);
        }
    }

    @Test
    void cutsAClientThatNeverSaysAnything() throws Exception {
        try (TestServer server = new TestServer(TestServer.LIMITS, TestServer.impatient(SHORT));
                RawClient client = new RawClient(server.port())) {
            assertThat(client.readAll()).isEmpty();
            TestServer.await(() -> server.transport.connectionCount() == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"content-length: 100\r\n\r\n", "transfer-encoding: chunked\r\n\r\n5\r\n"})
    void answers408ToAClientWhoseBodyStalls(String rest) throws Exception {
        try (TestServer server = new TestServer(TestServer.LIMITS, TestServer.impatient(SHORT));
                RawClient client = new RawClient(server.port())) {
            assertThat(client.send(POST + rest + "abc").readAll())
                    .startsWith("HTTP/1.1 408 ")
                    .endsWith("{\"error\": \"3 bytes of the request arrived in 200 ms (expected: all of it)\"}");
            TestServer.await(() -> server.transport.heldBytes() == 0);
            TestServer.await(() -> server.transport.connectionCount() == 0);
        }
    }

    @Test
    void cutsAStreamOfHttp2WhoseDataStallsAndServesTheOthers() throws Exception {
        try (TestServer server = new TestServer(TestServer.LIMITS, TestServer.impatient(SHORT));
                RawClient client = new RawClient(server.port())) {
            client.send(RawClient.HTTP2_HELLO)
                    .send(RawClient.frame(1, 4, 1, RawClient.headers(GRPC_HEAD)))
                    .send(RawClient.frame(0, 0, 1, new byte[] {0}));
            client.readTo("1 bytes of the request arrived in 200 ms");
            TestServer.await(() -> server.transport.heldBytes() == 0);

            client.send(RawClient.frame(1, 4, 3, RawClient.headers(GRPC_HEAD)))
                    .send(RawClient.frame(0, 1, 3, new byte[] {0, 0, 0, 0, 3, 'a', 'b', 'c'}));
            client.readTo("abc");
        }
    }

    @Test
    void closesAConnectionOfHttp2ThatDribblesAHead() throws Exception {
        try (TestServer server = new TestServer(TestServer.LIMITS, TestServer.impatient(SHORT));
                RawClient client = new RawClient(server.port())) {
            byte[] head = RawClient.frame(1, 4, 1, RawClient.headers(GRPC_HEAD));
            client.send(RawClient.HTTP2_HELLO).send(java.util.Arrays.copyOf(head, head.length - 1));
            client.readAllBytes();
            TestServer.await(() -> server.transport.connectionCount() == 0);
        }
    }

    @Test
    void forgetsABodyWhoseClientHangsUp() throws Exception {
        try (TestServer server = new TestServer()) {
            List<RawClient> clients = new ArrayList<>();
            for (int at = 0; at < 5; at++) {
                RawClient client = new RawClient(server.port());
                client.send(POST + "content-length: 1000000\r\n\r\n").send(new byte[300_000]);
                clients.add(client);
            }
            RawClient http2 = new RawClient(server.port());
            http2.send(RawClient.HTTP2_HELLO)
                    .send(RawClient.frame(1, 4, 1, RawClient.headers(GRPC_HEAD)))
                    .send(RawClient.frame(0, 0, 1, new byte[16_000]));
            clients.add(http2);
            TestServer.await(() -> server.transport.heldBytes() >= 1_516_000);

            for (RawClient client : clients) {
                client.close();
            }

            TestServer.await(() -> server.transport.heldBytes() == 0);
            TestServer.await(() -> server.transport.connectionCount() == 0);
        }
    }

    @Test
    void forgetsABodyWhoseStreamIsReset() throws Exception {
        try (TestServer server = new TestServer();
                RawClient client = new RawClient(server.port())) {
            client.send(RawClient.HTTP2_HELLO)
                    .send(RawClient.frame(1, 4, 1, RawClient.headers(GRPC_HEAD)))
                    .send(RawClient.frame(0, 0, 1, new byte[16_000]));
            TestServer.await(() -> server.transport.heldBytes() >= 16_000);

            client.send(RawClient.frame(3, 0, 1, new byte[] {0, 0, 0, 8}));

            TestServer.await(() -> server.transport.heldBytes() == 0);
            assertThat(server.transport.connectionCount()).isEqualTo(1);
        }
    }

    @Test
    void refusesLargeBodiesWhenMemoryIsHeldAndStillTakesSmallOnes() throws Exception {
        TransportLimits tight = new TransportLimits(1 << 20, 1 << 20, 100, 100);
        try (TestServer server = new TestServer(tight, TestServer.TIMEOUTS);
                RawClient holder = new RawClient(server.port());
                RawClient large = new RawClient(server.port());
                RawClient small = new RawClient(server.port());
                GrpcClient grpc = new GrpcClient(server.port())) {
            holder.send(POST + "content-length: 900000\r\n\r\n").send(new byte[700_000]);
            TestServer.await(() -> server.transport.heldBytes() >= 700_000);

            large.send(POST + "content-length: 600000\r\n\r\n").send(new byte[600_000]);
            assertThat(large.readTo("second\"}"))
                    .startsWith("HTTP/1.1 503 ")
                    .contains("retry-after: 1")
                    .contains("expected: at most 1048576");
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> grpc.check(new byte[600_000])))
                    .hasMessageStartingWith("UNAVAILABLE: requests hold ");
            assertThat(small.send(POST + "content-length: 5\r\n\r\nsmall").readTo("small"))
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void answersGarbageWith400AndCloses() throws Exception {
        try (TestServer server = new TestServer()) {
            for (String garbage :
                    List.of("garbage\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n", "\u00ff / HTTP/1.1\r\n\r\n")) {
                try (RawClient client = new RawClient(server.port())) {
                    assertThat(client.send(garbage).readAll())
                            .as(garbage)
                            .matches("(?s)HTTP/1.[01] 400 .*")
                            .contains("{\"error\": \"not a valid HTTP request: ");
                }
            }
            TestServer.await(() -> server.transport.connectionCount() == 0);
        }
    }

    @Test
    void answersABrokenChunkWith400AndCloses() throws Exception {
        try (TestServer server = new TestServer();
                RawClient client = new RawClient(server.port())) {
            assertThat(client.send(POST + "transfer-encoding: chunked\r\n\r\nnonsense\r\n")
                            .readAll())
                    .startsWith("HTTP/1.1 400 ")
                    .contains("{\"error\": \"body is not valid HTTP: ");
            TestServer.await(() -> server.transport.heldBytes() == 0);
        }
    }

    @Test
    void refusesLinesAndHeadersThatAreTooLong() throws Exception {
        try (TestServer server = new TestServer();
                RawClient line = new RawClient(server.port());
                RawClient header = new RawClient(server.port())) {
            assertThat(line.send("GET /" + "x".repeat(9000) + " HTTP/1.1\r\n\r\n")
                            .readAll())
                    .startsWith("HTTP/1.0 414 ")
                    .endsWith("{\"error\": \"request line is too long (expected: at most 8192 bytes)\"}");
            assertThat(header.send("GET / HTTP/1.1\r\n" + ("x: " + "x".repeat(997) + "\r\n").repeat(17) + "\r\n")
                            .readAll())
                    .startsWith("HTTP/1.1 431 ")
                    .endsWith("{\"error\": \"headers are too long (expected: at most 16384 bytes)\"}");
        }
    }

    @Test
    void closesConnectionsAboveTheLimitAndThoseOnly() throws Exception {
        try (TestServer server = new TestServer(new TransportLimits(1 << 20, 8 << 20, 2, 10), TestServer.TIMEOUTS)) {
            try (RawClient first = new RawClient(server.port());
                    RawClient second = new RawClient(server.ports.get(1))) {
                first.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n").readTo("\r\n\r\n");
                second.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n").readTo("\r\n\r\n");
                try (RawClient third = new RawClient(server.port())) {
                    assertThat(third.readAll()).isEmpty();
                }
                first.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n").readTo("\r\n\r\n");
            }
            TestServer.await(() -> server.transport.connectionCount() == 0);
            try (RawClient fourth = new RawClient(server.port())) {
                fourth.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n").readTo("\r\n\r\n");
            }
        }
    }

    @Test
    void closesConnectionsOfAnAddressAboveItsLimitAndThoseOnly() throws Exception {
        TransportLimits limits =
                new TransportLimits(1 << 20, 8 << 20, 100, 10, new TransportLimits.Single(16 << 10, 2));
        try (TestServer server = new TestServer(limits, TestServer.TIMEOUTS)) {
            for (int round = 0; round < 3; round++) {
                try (RawClient first = new RawClient(server.port());
                        RawClient second = new RawClient(server.ports.get(1))) {
                    first.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n").readTo("\r\n\r\n");
                    second.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n").readTo("\r\n\r\n");
                    for (int refused = 0; refused < 3; refused++) {
                        try (RawClient third = new RawClient(server.port())) {
                            assertThat(third.readAll()).isEmpty();
                        }
                    }
                    assertThat(server.transport.connectionCount()).isEqualTo(2);
                }
                TestServer.await(() -> server.transport.connectionCount() == 0);
            }
        }
    }

    @Test
    void headersMayBeAsLongAsIsSaid() throws Exception {
        TransportLimits limits =
                new TransportLimits(1 << 20, 8 << 20, 100, 10, new TransportLimits.Single(32 << 10, 0));
        String header = "x: " + "x".repeat(997) + "\r\n";
        try (TestServer server = new TestServer(limits, TestServer.TIMEOUTS);
                RawClient fits = new RawClient(server.port());
                RawClient tooLong = new RawClient(server.port())) {
            assertThat(fits.send("GET / HTTP/1.1\r\nhost: a\r\n" + header.repeat(31) + "\r\n")
                            .readTo("\r\n"))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(tooLong.send("GET / HTTP/1.1\r\nhost: a\r\n" + header.repeat(33) + "\r\n")
                            .readAll())
                    .startsWith("HTTP/1.1 431 ")
                    .endsWith("(expected: at most 32768 bytes)\"}");
        }
    }

    @Test
    void cutsAClientThatDoesNotReadItsAnswer() throws Exception {
        try (TestServer server = new TestServer(TestServer.LIMITS, TestServer.impatient(SHORT));
                RawClient client = new RawClient(server.port())) {
            server.rest =
                    (request, reply) -> reply.send(200, "a/b", Map.of(), java.nio.ByteBuffer.wrap(new byte[64 << 20]));
            client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
            TestServer.await(() -> server.transport.connectionCount() == 1);

            TestServer.await(() -> server.transport.connectionCount() == 0);
        }
    }

    @Test
    void cutsAClientOfHttp2ThatGivesNoWindowForItsAnswer() throws Exception {
        try (TestServer server = new TestServer(
                        TestServer.LIMITS,
                        new TransportTimeouts(
                                SHORT, SHORT, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofHours(1)));
                RawClient client = new RawClient(server.port())) {
            server.grpc = call -> call.reply(java.nio.ByteBuffer.wrap(new byte[1000]));
            byte[] windowOfOneByte = RawClient.frame(4, 0, 0, new byte[] {0, 4, 0, 0, 0, 1});
            client.send(RawClient.HTTP2_HELLO)
                    .send(windowOfOneByte)
                    .send(RawClient.frame(1, 4, 1, RawClient.headers(GRPC_HEAD)))
                    .send(RawClient.frame(0, 1, 1, new byte[5]));

            client.readAllBytes();
            TestServer.await(() -> server.transport.connectionCount() == 0);
        }
    }

    @Test
    void givesNoFurtherAnswersToAClientThatPipelinesAndDoesNotRead() throws Exception {
        AtomicInteger handled = new AtomicInteger();
        byte[] answer = new byte[200_000];
        try (TestServer server = new TestServer();
                RawClient client = new RawClient(server.port())) {
            CountDownLatch some = new CountDownLatch(3);
            server.rest = (request, reply) -> {
                handled.incrementAndGet();
                reply.send(200, "a/b", Map.of(), java.nio.ByteBuffer.wrap(answer));
                some.countDown();
            };
            client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n".repeat(200));
            assertThat(some.await(10, TimeUnit.SECONDS)).isTrue();

            // Another client is served meanwhile, on each loop, so the first one's turn has come and gone.
            for (int at = 0; at < 4; at++) {
                try (RawClient other = new RawClient(server.port())) {
                    other.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n").readTo("\r\n\r\n");
                }
            }
            assertThat(handled.get()).isLessThan(100);

            readAnswers(client, 200 * answer.length);
            TestServer.await(() -> handled.get() == 204);
        }
    }

    private static void readAnswers(RawClient client, long bytes) throws IOException {
        byte[] piece = new byte[1 << 20];
        for (long left = bytes; left > 0; ) {
            int read = client.socket().getInputStream().read(piece);
            assertThat(read).as("%d bytes are to come", left).isPositive();
            left -= read;
        }
    }

    @Test
    void refusesMessagesThatAreNone() throws Exception {
        try (TestServer server = new TestServer();
                RawClient client = new RawClient(server.port())) {
            client.send(RawClient.HTTP2_HELLO);
            Map<byte[], String> messages = Map.of(
                    new byte[0], "grpc.health.v1.Health/Check got no message %28expected: one%29",
                    new byte[] {0, 0, 0}, "3 bytes hold no whole message",
                    new byte[] {0, 0, 0, 0, 9, 1}, "6 bytes hold no whole message",
                    new byte[] {0, 0, 0, 0, 1, 1, 0}, "got several messages",
                    new byte[] {1, 0, 0, 0, 1, 1}, "message has flag 1 and grpc-encoding null",
                    new byte[] {0, -1, -1, -1, -1, 1}, "body is too large");
            int stream = 1;
            for (Map.Entry<byte[], String> message : messages.entrySet()) {
                client.send(RawClient.frame(1, 4, stream, RawClient.headers(GRPC_HEAD)))
                        .send(RawClient.frame(0, 1, stream, message.getKey()));
                client.readTo(message.getValue().replace("%28", "(").replace("%29", ")"));
                stream += 2;
            }
            TestServer.await(() -> server.transport.heldBytes() == 0);
        }
    }
}
