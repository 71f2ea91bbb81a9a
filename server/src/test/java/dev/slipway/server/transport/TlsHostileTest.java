package dev.slipway.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.tls.TlsSettings.Clients;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that make handshakes long, many, or none at all. */
@Tag("hostile")
class TlsHostileTest {
    private static final int FLOOD = 200;

    @TempDir
    Path folder;

    /** The first message of a handshake. */
    private static byte[] hello(TlsServer tls) throws Exception {
        SSLEngine engine = tls.certificates.trusting(null).createSSLEngine();
        engine.setUseClientMode(true);
        ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), record);
        return Arrays.copyOf(record.array(), record.position());
    }

    @Test
    void handshakesThatTakeTooLongAreCut() throws Exception {
        TransportTimeouts timeouts = new TransportTimeouts(
                Duration.ofMillis(300),
                Duration.ofSeconds(30),
                Duration.ofMinutes(2),
                Duration.ofSeconds(30),
                Duration.ofHours(1));
        try (TlsServer tls = new TlsServer(folder, Clients.NONE, TestServer.LIMITS, timeouts);
                RawClient silent = new RawClient(tls.server.port());
                RawClient partial = new RawClient(tls.server.port());
                RawClient halfway = new RawClient(tls.server.port())) {
            byte[] hello = hello(tls);
            partial.send(Arrays.copyOf(hello, 20));
            halfway.send(hello);
            silent.readAll();
            partial.readAll();
            assertThat(halfway.readAllBytes()).isNotEmpty();
            TestServer.await(() -> tls.server.transport.connectionCount() == 0);
        }
    }

    @Test
    void aHeadThatDoesNotComeIsAnsweredBelowTls() throws Exception {
        TransportTimeouts timeouts = TestServer.impatient(Duration.ofSeconds(1));
        try (TlsServer tls = new TlsServer(folder, Clients.NONE, TestServer.LIMITS, timeouts);
                SSLSocket slow = tls.connect()) {
            slow.getOutputStream().write("GET / HTTP/1.1\r\nHo".getBytes());
            assertThat(new String(slow.getInputStream().readAllBytes()))
                    .startsWith("HTTP/1.1 408 Request Timeout")
                    .endsWith("did not arrive in time\"}");
        }
    }

    @Test
    void aFloodOfHandshakesLeavesThoseWhoAreThereAlone() throws Exception {
        List<RawClient> flood = new ArrayList<>();
        try (TlsServer tls = new TlsServer(folder, Clients.NONE);
                GrpcClient client = GrpcClient.secure(tls.server.port(), tls.certificates.authority(), null)) {
            assertThat(client.check(new byte[] {1})).containsExactly(1);
            for (int at = 0; at < FLOOD; at++) {
                flood.add(new RawClient(tls.server.port()).send(hello(tls)));
                assertThat(client.check(new byte[] {2})).containsExactly(2);
            }
            for (RawClient one : flood) {
                one.close();
            }
            TestServer.await(() -> tls.server.transport.connectionCount() == 1);
            assertThat(client.check(new byte[] {3})).containsExactly(3);
        }
    }

    @Test
    void connectionsAboveTheLimitAreClosedBeforeTheirHandshake() throws Exception {
        TransportLimits limits = new TransportLimits(1 << 20, 8 << 20, 2, 100);
        try (TlsServer tls = new TlsServer(folder, Clients.NONE, limits, TestServer.TIMEOUTS);
                SSLSocket first = tls.connect();
                SSLSocket second = tls.connect();
                RawClient third = new RawClient(tls.server.port())) {
            assertThat(third.readAllBytes()).isEmpty();
            for (SSLSocket one : List.of(first, second)) {
                one.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes());
                assertThat(new String(one.getInputStream().readAllBytes())).startsWith("HTTP/1.1 200 OK");
            }
        }
    }

    @Test
    void whatIsNoTlsAtAllEndsTheConnection() throws Exception {
        try (TlsServer tls = new TlsServer(folder, Clients.NONE);
                RawClient junk = new RawClient(tls.server.port());
                RawClient record = new RawClient(tls.server.port())) {
            junk.send(new byte[] {0, 1, 2, 3, 4, 5, 6, 7}).readAll();
            // An alert, that the handshake is off.
            record.send(new byte[] {21, 3, 3, 0, 2, 2, 40}).readAll();
            TestServer.await(() -> tls.server.transport.connectionCount() == 0);
        }
    }
}
