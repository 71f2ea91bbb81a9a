package dev.slipway.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.Await;
import dev.slipway.server.transport.RawClient;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames of HTTP/2 in numbers and orders that no client has a use for. */
@Tag("hostile")
@Timeout(120)
class Http2HostileTest {
    private static final int MANY = 1_000_000;

    private static byte[] headers(int stream, int flags) {
        return RawClient.frame(Frames.HEADERS, flags, stream, Frames.POST);
    }

    private static CompletableFuture<Integer> ending(Frames client) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return client.end();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** CVE-2023-44487: streams cost a client nothing that it takes back at once. */
    @Test
    void rapidResetEndsTheConnection() throws Exception {
        try (Attacked server = new Attacked(Attacked.PATIENT)) {
            server.during(port -> {
                try (Frames client = new Frames(port)) {
                    CompletableFuture<Integer> end = ending(client);
                    int stream = 1;
                    for (; stream < 2 * MANY && !end.isDone(); stream += 2) {
                        byte[] reset = RawClient.frame(Frames.RST_STREAM, 0, stream, Frames.number(8));
                        client.flood(RawClient.concat(headers(stream, Frames.END_HEADERS), reset), 1);
                    }
                    assertThat(end.get()).isIn(Frames.ENHANCE_YOUR_CALM, -1);
                    assertThat(stream).isLessThan(2 * MANY);
                }
            });
        }
    }

    /** CVE-2025-8671: has the server itself reset the streams, which it then has begun to answer. */
    @Test
    void streamsThatTheServerIsMadeToResetEndTheConnection() throws Exception {
        try (Attacked server = new Attacked(Attacked.PATIENT)) {
            server.during(port -> {
                try (Frames client = new Frames(port)) {
                    CompletableFuture<Integer> end = ending(client);
                    int stream = 1;
                    for (; stream < 2 * MANY && !end.isDone(); stream += 2) {
                        byte[] noWindow = RawClient.frame(Frames.WINDOW_UPDATE, 0, stream, Frames.number(0));
                        client.flood(RawClient.concat(headers(stream, Frames.END_HEADERS), noWindow), 1);
                    }
                    assertThat(end.get()).isIn(Frames.ENHANCE_YOUR_CALM, Frames.PROTOCOL_ERROR, -1);
                    assertThat(stream).isLessThan(2 * MANY);
                }
            });
        }
    }

    @Test
    void settingsWhoseAcknowledgementsAreNotReadEndTheConnection() throws Exception {
        isCutOff(RawClient.frame(Frames.SETTINGS, 0, 0, new byte[0]));
    }

    @Test
    void pingsWhoseAnswersAreNotReadEndTheConnection() throws Exception {
        isCutOff(RawClient.frame(Frames.PING, 0, 0, new byte[8]));
    }

    private static void isCutOff(byte[] frame) throws Exception {
        byte[] thousand = Frames.repeated(frame, 1000);
        try (Attacked server = new Attacked(Attacked.PATIENT)) {
            server.during(port -> {
                try (Frames client = new Frames(port)) {
                    assertThat(client.flood(thousand, MANY)).isLessThan(MANY);
                }
            });
        }
    }

    /** Who reads the answers pays as much as the server; it is not idle work, and does not keep the connection either. */
    @Test
    void pingsThatAreReadDoNotKeepAConnectionWithoutARequest() throws Exception {
        try (Attacked server = new Attacked(Attacked.hasty())) {
            server.during(port -> {
                try (Frames client = new Frames(port)) {
                    CompletableFuture<Integer> end = ending(client);
                    client.flood(RawClient.frame(Frames.PING, 0, 0, new byte[8]), MANY);
                    assertThat(end.get()).isNotNull();
                }
            });
        }
    }

    @Test
    void emptyDataEndsTheConnection() throws Exception {
        try (Attacked server = new Attacked(Attacked.PATIENT)) {
            server.during(port -> {
                try (Frames client = new Frames(port)) {
                    client.send(headers(1, Frames.END_HEADERS));
                    CompletableFuture<Integer> end = ending(client);
                    client.flood(RawClient.frame(Frames.DATA, 0, 1, new byte[0]), MANY);
                    assertThat(end.get()).isIn(Frames.ENHANCE_YOUR_CALM, -1);
                }
            });
        }
    }

    /** CVE-2024-27316, and CVE-2026-33871 with pieces that hold nothing: a head that never ends. */
    @ParameterizedTest
    @ValueSource(ints = {0, 100, 10_000})
    void continuationsWithoutAnEndEndTheConnection(int bytes) throws Exception {
        byte[] piece = bytes == 0 ? new byte[0] : RawClient.concat(new byte[1], Frames.literal("x", bytes));
        try (Attacked server = new Attacked(Attacked.PATIENT)) {
            server.during(port -> {
                try (Frames client = new Frames(port)) {
                    client.send(headers(1, 0));
                    CompletableFuture<Integer> end = ending(client);
                    assertThat(client.flood(RawClient.frame(Frames.CONTINUATION, 0, 1, piece), MANY))
                            .isLessThan(MANY);
                    assertThat(end.get()).isIn(Frames.ENHANCE_YOUR_CALM, Frames.PROTOCOL_ERROR, -1);
                }
            });
        }
    }

    /** One long header is put into the table once, and then named by one byte, again and again. */
    @Test
    void aTableOfHeadersMakesNoBomb() throws Exception {
        byte[] kept = RawClient.concat(Frames.POST, RawClient.concat(new byte[] {0x40}, Frames.literal("x", 3000)));
        try (Attacked server = new Attacked(Attacked.PATIENT)) {
            server.during(port -> {
                try (Frames client = new Frames(port)) {
                    byte[] named = Frames.repeated(new byte[] {(byte) 0xbe}, 10_000);
                    client.send(
                            Frames.HEADERS, Frames.END_HEADERS | Frames.END_STREAM, 1, RawClient.concat(kept, named));
                    Frames.Frame answer = client.next(Frames.HEADERS);
                    assertThat(answer).isNotNull();
                    // 431, as HPACK's table of Huffman codes writes it, or literally.
                    assertThat(answer.payload()).isNotEmpty();
                }
            });
        }
    }

    @Test
    void prioritiesOfStreamsThatThereAreNotCostNothing() throws Exception {
        try (Attacked server = new Attacked(Attacked.hasty())) {
            server.during(port -> {
                try (Frames client = new Frames(port)) {
                    CompletableFuture<Integer> end = ending(client);
                    int stream = 3;
                    while (!end.isDone()) {
                        byte[] on = RawClient.concat(Frames.number(stream), new byte[] {15});
                        client.flood(RawClient.frame(Frames.PRIORITY, 0, stream + 2, on), 1);
                        stream += 2;
                    }
                }
            });
        }
    }

    @Test
    void moreStreamsThanThereMayBeAreRefused() throws Exception {
        try (Attacked server = new Attacked(Attacked.PATIENT)) {
            server.during(port -> {
                try (Frames client = new Frames(port)) {
                    client.next(Frames.SETTINGS);
                    client.send(Frames.SETTINGS, 1, 0);
                    for (int stream = 1; stream < 2 * 150; stream += 2) {
                        client.send(headers(stream, Frames.END_HEADERS));
                    }
                    Frames.Frame refused = client.next(Frames.RST_STREAM);
                    assertThat(refused).isNotNull();
                    assertThat(refused.code(0)).isEqualTo(Frames.REFUSED_STREAM);
                    assertThat(refused.stream()).isEqualTo(2 * Attacked.LIMITS.streamsMax() + 1);
                }
            });
        }
    }

    @Test
    void streamsThatBeginAndNeverGoOnAreEnded() throws Exception {
        try (Attacked server = new Attacked(Attacked.hasty())) {
            server.during(port -> {
                try (Frames client = new Frames(port)) {
                    for (int stream = 1; stream < 200; stream += 2) {
                        client.send(headers(stream, Frames.END_HEADERS));
                    }
                    for (int ended = 0; ended < 100; ended++) {
                        assertThat(client.next(Frames.HEADERS))
                                .as("stream %d", ended)
                                .isNotNull();
                    }
                }
            });
        }
    }

    /** Answers that may not be sent, by the byte or not at all. */
    @Test
    void readersWithoutAWindowAreCutOff() throws Exception {
        byte[] settings = RawClient.frame(Frames.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0});
        try (Attacked server = new Attacked(Attacked.hasty())) {
            server.during(port -> {
                try (Frames client = new Frames(port)) {
                    client.send(settings);
                    for (int stream = 1; stream < 100; stream += 2) {
                        client.send(headers(stream, Frames.END_HEADERS));
                        client.send(Frames.DATA, Frames.END_STREAM, stream, new byte[10_000]);
                    }
                    client.end();
                    Await.until(() -> server.heldBytes() == 0, "answers that nobody takes are given up");
                }
            });
        }
    }

    @Test
    void aWindowOfAByteAtATimeIsTooSlow() throws Exception {
        byte[] settings = RawClient.frame(Frames.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 1});
        byte[] more = RawClient.frame(Frames.WINDOW_UPDATE, 0, 1, Frames.number(1));
        try (Attacked server = new Attacked(Attacked.hasty())) {
            server.during(port -> {
                try (Frames client = new Frames(port)) {
                    client.send(settings);
                    client.send(headers(1, Frames.END_HEADERS));
                    client.send(Frames.DATA, Frames.END_STREAM, 1, new byte[16_000]);
                    client.flood(more, 1000);
                    client.end();
                }
            });
        }
    }
}
