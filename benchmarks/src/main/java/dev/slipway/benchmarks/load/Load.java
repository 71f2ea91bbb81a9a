package dev.slipway.benchmarks.load;

import java.time.Duration;
import java.util.Locale;

/** How a question is asked. */
public sealed interface Load {
    /** As tables name it. */
    String title();

    /** Connections to the server, at least 1. */
    int connections();

    /** Requests in flight on each connection at most, at least 1; HTTP/1.1 takes one. */
    int streams();

    private static void check(int connections, int streams) {
        if (connections < 1 || streams < 1) {
            throw new IllegalArgumentException(
                    "connections: %d, streams: %d (expected: >= 1)".formatted(connections, streams));
        }
    }

    /**
     * Each connection and stream asks again when it is answered: as fast as the server can, never faster.
     *
     * @param connections at least 1
     * @param streams at least 1
     */
    record Closed(int connections, int streams) implements Load {
        /** Checks the bounds. */
        public Closed {
            check(connections, streams);
        }

        @Override
        public String title() {
            return connections + "x" + streams;
        }
    }

    /**
     * Asks at a constant rate, however fast the server answers; latencies count from when a request was due. Requests
     * that find no free connection wait for one.
     *
     * @param perSecond requests, above 0
     * @param deadline told to the server with each request; zero for none
     * @param connections at least 1
     * @param streams at least 1
     */
    record Open(double perSecond, Duration deadline, int connections, int streams) implements Load {
        /** Checks the bounds. */
        public Open {
            check(connections, streams);
            if (!(perSecond > 0 && perSecond <= 1e7) || deadline.isNegative()) {
                throw new IllegalArgumentException(
                        "%s requests a second with a deadline of %s (expected: above 0 and up to 1e7, not negative)"
                                .formatted(perSecond, deadline));
            }
        }

        @Override
        public String title() {
            String rate = String.format(Locale.ROOT, "%,.0f/s", perSecond);
            return deadline.isZero() ? rate : rate + " within " + deadline.toMillis() + " ms";
        }
    }
}
