package dev.slipway.server.config;

import dev.slipway.api.ByteSize;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads what a file says of how much, and for how long, clients may have. */
final class ClientLimitsReader {
    static final String CONNECTIONS = "max_connections";
    static final String CONNECTIONS_PER_ADDRESS = "max_connections_per_address";
    static final String STREAMS = "max_streams";
    static final String HEADERS = "max_headers";
    static final String BODY = "max_body";
    static final String BODIES = "max_bodies";
    static final String RECEIVE = "receive_timeout";
    static final String ANSWER = "answer_timeout";
    static final String IDLE = "idle_timeout";
    static final String REQUEST_MAX = "max_request_timeout";

    private static final long HEADERS_MIN = 1 << 10;
    private static final long HEADERS_MAX = 1 << 20;
    private static final long BODY_MIN = 1 << 10;
    /** What a buffer can hold. */
    private static final long BODY_MAX = Integer.MAX_VALUE - 64;

    private final Section limits;

    ClientLimitsReader(Section limits) {
        this.limits = limits;
    }

    ClientLimits read() {
        Long body = size(BODY, BODY_MIN, BODY_MAX);
        Long bodies = size(BODIES, BODY_MIN, Long.MAX_VALUE);
        if (body != null && bodies != null && bodies < body) {
            limits.problem("limits.max_bodies: %s (expected: at least max_body, %s)"
                    .formatted(ByteSize.format(bodies), ByteSize.format(body)));
        }
        return new ClientLimits(
                whole(CONNECTIONS, 1),
                whole(CONNECTIONS_PER_ADDRESS, 0),
                whole(STREAMS, 1),
                new ClientLimits.Bytes(size(HEADERS, HEADERS_MIN, HEADERS_MAX), body, bodies),
                new ClientLimits.Times(time(RECEIVE), time(ANSWER), time(IDLE), time(REQUEST_MAX)));
    }

    private @Nullable Integer whole(String key, int least) {
        return limits.get(key) == null ? null : Integer.valueOf(limits.whole(key, least, least));
    }

    private @Nullable Long size(String key, long least, long most) {
        YamlValue found = limits.get(key);
        if (found == null) {
            return null;
        }
        long bytes = limits.size(key, least);
        if (bytes < least || bytes > most) {
            limits.faults()
                    .wrong(
                            found,
                            most == Long.MAX_VALUE
                                    ? "at least " + ByteSize.format(least)
                                    : "a size from %s to %s".formatted(ByteSize.format(least), ByteSize.format(most)));
            return null;
        }
        return bytes;
    }

    private @Nullable Duration time(String key) {
        YamlValue found = limits.get(key);
        if (found == null) {
            return null;
        }
        Duration time = limits.time(key, Duration.ofSeconds(1));
        if (time.toMillis() < 1) {
            limits.faults().wrong(found, "a time from 1ms, such as 30s");
            return null;
        }
        return time;
    }
}
