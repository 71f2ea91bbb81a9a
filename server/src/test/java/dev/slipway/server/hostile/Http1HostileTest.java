package dev.slipway.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.Await;
import dev.slipway.server.transport.RawClient;
import dev.slipway.server.transport.TransportLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client can do to HTTP/1.1, by the byte or by the megabyte. */
@Tag("hostile")
@Timeout(120)
class Http1HostileTest {
    private static final String POST = "POST / HTTP/1.1\r\nhost: a\r\n";

    /** As long as the server does not close it. */
    private static String dribbled(int port, String begin, String rest) throws IOException {
        try (RawClient client = new RawClient(port)) {
            client.send(begin).sendUntilClosed(rest.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
            return client.readAll();
        }
    }

    /** What the server answers before it closes the connection, which it may do before it has read everything. */
    private static String answer(int port, String request) throws IOException {
        try (RawClient client = new RawClient(port)) {
            return client.sendOrBeCutOff(request).readAll();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "GET / HTTP/1.1\r\nhost: a\r\nx-",
                POST + "content-length: 100000000\r\n\r\n"
            })
    void whoSendsByTheByteIsCutOff(String begin) throws Exception {
        try (Attacked server = new Attacked(Attacked.hasty())) {
            server.during(port -> dribbled(port, begin, "x"));
        }
    }

    @Test
    void fiftyWhoSendByTheByteHoldUpNobody() throws Exception {
        try (Attacked server = new Attacked(Attacked.hasty())) {
            server.during(port -> {
                List<RawClient> slow = new ArrayList<>();
                for (int at = 0; at < 50; at++) {
                    slow.add(new RawClient(port).send("GET / HTTP/1.1\r\nx: "));
                }
                for (RawClient each : slow) {
                    assertThat(each.readAll()).startsWith("HTTP/1.1 408 ");
                    each.close();
                }
            });
        }
    }

    @Test
    void headsThatAreTooLongAreRefused() throws Exception {
        try (Attacked server = new Attacked(Attacked.PATIENT)) {
            server.during(port -> {
                assertThat(answer(port, "GET /" + "x".repeat(100_000) + " HTTP/1.1\r\n\r\n"))
                        .contains(" 414 ");
                assertThat(answer(port, "GET / HTTP/1.1\r\nx: " + "x".repeat(100_000) + "\r\n\r\n"))
                        .contains(" 431 ");
                assertThat(answer(port, "GET / HTTP/1.1\r\n" + "a: b\r\n".repeat(100_000) + "\r\n"))
                        .contains(" 431 ");
                assertThat(answer(port, POST + "transfer-encoding: chunked\r\n\r\n0\r\n" + "a: b\r\n".repeat(100_000)))
                        .doesNotContain(" 200 ");
            });
        }
    }

    @Test
    void bodiesThatAreTooLongAreRefusedAnnouncedOrNot() throws Exception {
        byte[] piece =
                ("4000\r\n" + "x".repeat(0x4000) + "\r\n").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        try (Attacked server = new Attacked(Attacked.hasty())) {
            server.during(port -> {
                assertThat(answer(port, POST + "content-length: 99999999999\r\n\r\n"))
                        .startsWith("HTTP/1.1 413 ");
                try (RawClient client = new RawClient(port)) {
                    client.send(POST + "transfer-encoding: chunked\r\n\r\n").sendUntilClosed(piece);
                }
            });
        }
    }

    /** Two who read the length of one request differently can be made to take a part of it for another's. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "content-length: 5\r\ntransfer-encoding: chunked\r\n",
                "transfer-encoding: chunked\r\ncontent-length: 5\r\n",
                "content-length: 5\r\ncontent-length: 6\r\n",
                "content-length: 5, 6\r\n",
                "content-length: +5\r\n",
                "content-length: -5\r\n",
                "content-length: 0x5\r\n",
                "content-length: 5 5\r\n",
                "content-length: 99999999999999999999\r\n",
                "content-length:\r\n",
                "content-length : 5\r\n",
                "transfer-encoding: chunked, identity\r\n",
                "transfer-encoding: xchunked\r\n",
                "transfer-encoding: identity\r\n",
                "transfer-encoding: gzip\r\n",
                "transfer-encoding: chunked\r\ntransfer-encoding: x\r\n",
                "transfer-encoding : chunked\r\n",
                "transfer-encoding:\u000bchunked\r\n",
                "content-length: 5\r\ntransfer-encoding: x\r\n",
                "content-length: 5\r\ntransfer-encoding:\r\n chunked\r\n"
            })
    void aBodyOfTwoLengthsIsRefusedAndNothingBehindItIsRead(String lengths) throws Exception {
        try (Attacked server = new Attacked(Attacked.hasty())) {
            server.during(port -> {
                String answers =
                        answer(port, POST + lengths + "\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n");
                assertThat(answers).matches("(?s)HTTP/1.[01] (400|411|501) .*");
                assertThat(answers.split("HTTP/1.[01] [0-9]", -1)).as(answers).hasSize(2);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n",
                "-1\r\n",
                "FFFFFFFFFFFFFFFFF\r\n",
                "80000000\r\n",
                "5\r\nhello!!\r\n0\r\n\r\n",
                "5 5\r\nhello\r\n0\r\n\r\n",
                "0x5\r\nhello\r\n0\r\n\r\n",
                " \r\n",
                "5\nhello\n0\n\n"
            })
    void nonsenseForChunksEndsTheConnection(String chunks) throws Exception {
        try (Attacked server = new Attacked(Attacked.hasty())) {
            server.during(port -> {
                String answers = answer(port, POST + "transfer-encoding: chunked\r\n\r\n" + chunks);
                assertThat(answers).doesNotContain(" 200 ");
                assertThat(answers.split("HTTP/1.[01] [0-9]", -1)).as(answers).hasSizeLessThan(3);
            });
        }
    }

    @Test
    void chunksWithoutAnEndOfTheirLineAreCutOff() throws Exception {
        try (Attacked server = new Attacked(Attacked.hasty())) {
            server.during(port -> {
                dribbled(port, POST + "transfer-encoding: chunked\r\n\r\n5;", "x".repeat(1000));
                dribbled(port, POST + "transfer-encoding: chunked\r\n\r\n", "1\r\nx\r\n");
                dribbled(port, POST + "transfer-encoding: chunked\r\n\r\n0\r\n", "a: b\r\n");
            });
        }
    }

    /** As many requests as fit, and none of the answers read. */
    @Test
    void whoNeverReadsAnswersIsCutOff() throws Exception {
        String request = POST + "content-length: 1000000\r\n\r\n" + "x".repeat(1_000_000);
        try (Attacked server = new Attacked(Attacked.hasty())) {
            server.during(port -> {
                try (RawClient client = new RawClient(port)) {
                    Thread sending = new Thread(() -> {
                        try {
                            while (true) {
                                client.send(request);
                            }
                        } catch (IOException closed) {
                            return;
                        }
                    });
                    sending.start();
                    sending.join();
                }
            });
        }
    }

    @Test
    void connectionsThatDoNothingAreClosedAndThoseAboveTheLimitToo() throws Exception {
        TransportLimits few = new TransportLimits(1 << 20, 8 << 20, 20, 100);
        try (Attacked server = new Attacked(few, Attacked.hasty())) {
            List<RawClient> idle = new ArrayList<>();
            for (int at = 0; at < 60; at++) {
                idle.add(new RawClient(server.port()));
            }
            for (RawClient each : idle) {
                assertThat(each.readAll()).isEmpty();
                each.close();
            }
            Await.until(() -> server.connections() == 0, "all are closed");
            server.during(port -> answer(port, "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"));
        }
    }

    @Test
    void tlsWhereThereIsNoneIsRefused() throws Exception {
        try (Attacked server = new Attacked(Attacked.PATIENT)) {
            server.during(port -> assertThat(answer(port, "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n"))
                    .startsWith("HTTP/1.")
                    .contains(" 400 "));
        }
    }
}
