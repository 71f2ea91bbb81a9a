package dev.slipway.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.transport.Refusals.Reason;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is answered without a handler is counted, and nothing else. */
class RefusalsTest {
    private static final String POST = "POST /a HTTP/1.1\r\nhost: a\r\n";

    private static Map<Reason, Long> counted(TestServer server) {
        Map<Reason, Long> counted = new HashMap<>();
        for (Reason reason : Reason.values()) {
            if (server.transport.refusals().counted(reason) > 0) {
                counted.put(reason, server.transport.refusals().counted(reason));
            }
        }
        return counted;
    }

    private static void answered(TestServer server, String request, String status) throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            assertThat(client.send(request).readTo("}")).matches("(?s)HTTP/1.[01] " + status + " .*");
        }
    }

    @Test
    void countsWhatIsTooLargeAndWhatIsNoRequest() throws Exception {
        try (TestServer server = new TestServer()) {
            answered(server, POST + "content-length: 1048577\r\n\r\n", "413");
            answered(server, POST + "content-encoding: br\r\ncontent-length: 1\r\n\r\na", "415");
            answered(server, "garbage\r\n\r\n", "400");
            assertThat(counted(server)).isEqualTo(Map.of(Reason.TOO_LARGE, 1L, Reason.INVALID, 2L));
        }
    }

    @Test
    void countsWhatDoesNotArriveInTime() throws Exception {
        try (TestServer server = new TestServer(TestServer.LIMITS, TestServer.impatient(Duration.ofMillis(200)))) {
            answered(server, POST + "content-length: 100\r\n\r\nabc", "408");
            answered(server, "POST / HTTP/1.1\r\nhost:", "408");
            // The end of a connection in the middle of a head is not refused once more.
            TestServer.await(() -> server.transport.connectionCount() == 0);
            assertThat(counted(server)).isEqualTo(Map.of(Reason.SLOW, 2L));
        }
    }

    @Test
    void countsNoDeadlineThatPassesWhileAHandlerIsAtWork() throws Exception {
        Duration time = Duration.ofSeconds(30);
        TransportTimeouts timeouts =
                new TransportTimeouts(time, time, time, Duration.ofMillis(200), Duration.ofHours(1));
        try (TestServer server = new TestServer(TestServer.LIMITS, timeouts)) {
            server.rest = (request, reply) -> {};
            answered(server, POST + "content-length: 1\r\n\r\na", "504");
            assertThat(counted(server)).isEmpty();
        }
    }

    @Test
    void countsBodiesThatThereIsNoMemoryFor() throws Exception {
        TransportLimits tight = new TransportLimits(1 << 20, 1 << 20, 100, 100);
        try (TestServer server = new TestServer(tight, TestServer.TIMEOUTS);
                RawClient holder = new RawClient(server.port());
                RawClient large = new RawClient(server.port())) {
            holder.send(POST + "content-length: 900000\r\n\r\n").send(new byte[700_000]);
            TestServer.await(() -> server.transport.heldBytes() >= 700_000);
            large.send(POST + "content-length: 600000\r\n\r\n").send(new byte[600_000]);
            assertThat(large.readTo("second\"}")).startsWith("HTTP/1.1 503 ");
            assertThat(counted(server)).isEqualTo(Map.of(Reason.MEMORY, 1L));
        }
    }
}
