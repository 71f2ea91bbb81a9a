package dev.slipway.server.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.Await;
import dev.slipway.server.transport.Transport;
import dev.slipway.server.transport.TransportLimits;
import dev.slipway.server.transport.TransportOptions;
import dev.slipway.server.transport.TransportTimeouts;
import io.grpc.health.v1.HealthProto;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The ports of a server, under attack. What stands behind them echoes. */
final class Attacked implements AutoCloseable {
    /** A body of 1 MiB, 8 MiB of all bodies, 100 connections with 100 streams each. */
    static final TransportLimits LIMITS = new TransportLimits(1 << 20, 8 << 20, 100, 100);

    static final TransportTimeouts PATIENT = TransportTimeouts.DEFAULT;

    /** So short that a test can wait for it, and so long that who means well keeps to it on a machine that is busy. */
    static final Duration SHORT = Duration.ofSeconds(1);

    private final Transport transport;
    private final int port;

    Attacked(TransportTimeouts timeouts) {
        this(LIMITS, timeouts);
    }

    Attacked(TransportLimits limits, TransportTimeouts timeouts) {
        transport = new Transport(
                new TransportOptions("127.0.0.1", List.of(0), 2, limits, timeouts),
                (request, reply) -> reply.send(200, "application/octet-stream", Map.of(), request.body()),
                call -> call.reply(call.message()),
                HealthProto.getDescriptor().getServices());
        port = transport.start().get(0);
    }

    /** All that a client has to do in time, it has to do in {@link #SHORT}; requests themselves may take as long as ever. */
    static TransportTimeouts hasty() {
        return new TransportTimeouts(SHORT, SHORT, SHORT.multipliedBy(2), Duration.ofSeconds(30), Duration.ofHours(1));
    }

    /** What somebody does who means no good. */
    @FunctionalInterface
    interface Attack {
        void run(int port) throws Exception;
    }

    /**
     * Has the server attacked while others ask it: these are answered all the time, and afterwards no connection and no memory
     * of the attack is left.
     */
    void during(Attack attack) throws Exception {
        try (Neighbour neighbour = new Neighbour(port)) {
            neighbour.awaitAnswers();
            attack.run(port);
            neighbour.awaitAnswers();
            assertThat(neighbour.failures()).isEmpty();
        }
        Await.until(() -> transport.connectionCount() == 0, "no connection is left");
        Await.until(() -> transport.heldBytes() == 0, "no memory is held");
    }

    int port() {
        return port;
    }

    int connections() {
        return transport.connectionCount();
    }

    long heldBytes() {
        return transport.heldBytes();
    }

    @Override
    public void close() {
        transport.stop(Duration.ofMillis(200));
    }
}
