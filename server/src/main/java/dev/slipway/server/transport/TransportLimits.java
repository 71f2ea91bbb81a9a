package dev.slipway.server.transport;

/**
 * What all clients together, and one request, may cost.
 *
 * @param bodyBytesMax bytes of one request's body, as sent and also once inflated; at least 1
 * @param heldBytesMax bytes of all bodies that are being received, or used by a handler, at once; at least
 *     {@code bodyBytesMax}. The last eighth is kept for bodies of at most {@value MemoryBudget#SMALL_BYTES} bytes, so
 *     that a few large uploads can't shut everybody else out.
 * @param connectionsMax open connections, over all ports; more are closed as they are accepted
 * @param streamsMax requests in flight on one HTTP/2 connection
 * @param single what one head, and one address, may have
 */
public record TransportLimits(int bodyBytesMax, long heldBytesMax, int connectionsMax, int streamsMax, Single single) {
    private static final int DEFAULT_BODY_BYTES_MAX = 64 << 20;

    /**
     * @param headBytesMax bytes of the headers of one request; from 1 KiB
     * @param connectionsPerAddressMax open connections from one address, over all ports; more are closed as they are accepted; 0 for
     *     any number: behind a proxy, all clients have one address
     */
    public record Single(int headBytesMax, int connectionsPerAddressMax) {
        /** 16 KiB of headers; any number of connections. */
        public static final Single DEFAULT = new Single(16 << 10, 0);

        private static final int HEAD_BYTES_MIN = 1 << 10;

        public Single {
            if (headBytesMax < HEAD_BYTES_MIN) {
                throw new IllegalArgumentException(
                        "headBytesMax: %d (expected: >= %d)".formatted(headBytesMax, HEAD_BYTES_MIN));
            }
            if (connectionsPerAddressMax < 0) {
                throw new IllegalArgumentException(
                        "connectionsPerAddressMax: %d (expected: >= 0)".formatted(connectionsPerAddressMax));
            }
        }
    }

    /** With {@link Single#DEFAULT}. */
    public TransportLimits(int bodyBytesMax, long heldBytesMax, int connectionsMax, int streamsMax) {
        this(bodyBytesMax, heldBytesMax, connectionsMax, streamsMax, Single.DEFAULT);
    }

    public TransportLimits {
        if (bodyBytesMax < 1 || bodyBytesMax > Integer.MAX_VALUE - 64) {
            throw new IllegalArgumentException(
                    "bodyBytesMax: %d (expected: 1 to %d)".formatted(bodyBytesMax, Integer.MAX_VALUE - 64));
        }
        if (heldBytesMax < bodyBytesMax) {
            throw new IllegalArgumentException(
                    "heldBytesMax: %d (expected: >= bodyBytesMax, %d)".formatted(heldBytesMax, bodyBytesMax));
        }
        if (connectionsMax < 1) {
            throw new IllegalArgumentException("connectionsMax: %d (expected: >= 1)".formatted(connectionsMax));
        }
        if (streamsMax < 1) {
            throw new IllegalArgumentException("streamsMax: %d (expected: >= 1)".formatted(streamsMax));
        }
    }

    /** 64 MiB a body, a quarter of the heap for all bodies, 8,192 connections, 256 streams a connection. */
    public static TransportLimits defaults() {
        long quarter = Runtime.getRuntime().maxMemory() / 4;
        return new TransportLimits(
                DEFAULT_BODY_BYTES_MAX, Math.max(quarter, DEFAULT_BODY_BYTES_MAX * 8L / 7 + 1), 8_192, 256);
    }
}
