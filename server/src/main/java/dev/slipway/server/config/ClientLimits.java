package dev.slipway.server.config;

import dev.slipway.server.transport.TransportLimits;
import dev.slipway.server.transport.TransportTimeouts;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What is said of how much, and for how long, clients may have. Null is what is not said.
 *
 * @param connections over all ports
 * @param connectionsPerAddress 0 for any number
 * @param streams on one HTTP/2 connection
 * @param bytes of what they send
 * @param times that they may take
 */
public record ClientLimits(
        @Nullable Integer connections,
        @Nullable Integer connectionsPerAddress,
        @Nullable Integer streams,
        Bytes bytes,
        Times times) {
    static final ClientLimits NONE =
            new ClientLimits(null, null, null, new Bytes(null, null, null), new Times(null, null, null, null));

    /**
     * @param headers of one request
     * @param body of one request
     * @param bodies all at once
     */
    public record Bytes(
            @Nullable Long headers,
            @Nullable Long body,
            @Nullable Long bodies) {}

    /**
     * @param receive for a request to come
     * @param answer for an answer to be read
     * @param idle without a request
     * @param requestMax the longest deadline
     */
    public record Times(
            @Nullable Duration receive,
            @Nullable Duration answer,
            @Nullable Duration idle,
            @Nullable Duration requestMax) {}

    /** These where they say something, else {@code other}. */
    ClientLimits or(ClientLimits other) {
        return new ClientLimits(
                StartConfig.first(connections, other.connections),
                StartConfig.first(connectionsPerAddress, other.connectionsPerAddress),
                StartConfig.first(streams, other.streams),
                new Bytes(
                        StartConfig.first(bytes.headers, other.bytes.headers),
                        StartConfig.first(bytes.body, other.bytes.body),
                        StartConfig.first(bytes.bodies, other.bytes.bodies)),
                new Times(
                        StartConfig.first(times.receive, other.times.receive),
                        StartConfig.first(times.answer, other.times.answer),
                        StartConfig.first(times.idle, other.times.idle),
                        StartConfig.first(times.requestMax, other.times.requestMax)));
    }

    /** What a transport is to hold to. */
    public TransportLimits limits() {
        TransportLimits byDefault = TransportLimits.defaults();
        int body = bytes.body == null ? byDefault.bodyBytesMax() : bytes.body.intValue();
        // One body of the largest size always has to find room.
        long bodies = Objects.requireNonNullElse(bytes.bodies, Math.max(byDefault.heldBytesMax(), body * 8L / 7 + 1));
        return new TransportLimits(
                body,
                Math.max(bodies, body),
                Objects.requireNonNullElse(connections, byDefault.connectionsMax()),
                Objects.requireNonNullElse(streams, byDefault.streamsMax()),
                new TransportLimits.Single(
                        bytes.headers == null ? byDefault.single().headBytesMax() : bytes.headers.intValue(),
                        Objects.requireNonNullElse(
                                connectionsPerAddress, byDefault.single().connectionsPerAddressMax())));
    }

    /** @param request time that a request has unless its client says otherwise */
    public TransportTimeouts timeouts(Duration request) {
        TransportTimeouts byDefault = TransportTimeouts.DEFAULT;
        return new TransportTimeouts(
                Objects.requireNonNullElse(times.receive, byDefault.requestRead()),
                Objects.requireNonNullElse(times.answer, byDefault.answerRead()),
                Objects.requireNonNullElse(times.idle, byDefault.idle()),
                request,
                Objects.requireNonNullElse(times.requestMax, byDefault.requestMax()));
    }

    /** Shows each with its key. */
    void forEach(BiConsumer<String, @Nullable Object> visitor) {
        visitor.accept(ClientLimitsReader.CONNECTIONS, connections);
        visitor.accept(ClientLimitsReader.CONNECTIONS_PER_ADDRESS, connectionsPerAddress);
        visitor.accept(ClientLimitsReader.STREAMS, streams);
        visitor.accept(ClientLimitsReader.HEADERS, bytes.headers);
        visitor.accept(ClientLimitsReader.BODY, bytes.body);
        visitor.accept(ClientLimitsReader.BODIES, bytes.bodies);
        visitor.accept(ClientLimitsReader.RECEIVE, times.receive);
        visitor.accept(ClientLimitsReader.ANSWER, times.answer);
        visitor.accept(ClientLimitsReader.IDLE, times.idle);
        visitor.accept(ClientLimitsReader.REQUEST_MAX, times.requestMax);
    }
}
