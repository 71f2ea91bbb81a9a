package dev.slipway.conformance;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is, and who asks it.
 *
 * @param rest its HTTP address
 * @param grpc its gRPC address
 * @param management of the model servers that have a port of their own for it
 * @param limit how long a request may take
 * @param caller whom to trust, and what to show
 */
public record Target(URI rest, URI grpc, @Nullable URI management, Duration limit, Caller caller) {
    public Target {
        check("server", rest);
        check("--grpc", grpc);
        if (management != null) {
            check("--management", management);
        }
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("limit: %s (expected: above zero)".formatted(limit));
        }
    }

    /** Of a server that lets everybody ask. */
    public Target(URI rest, URI grpc, @Nullable URI management, Duration limit) {
        this(rest, grpc, management, limit, Caller.NONE);
    }

    private static void check(String subject, URI address) {
        if (address.getHost() == null || !String.valueOf(address.getScheme()).matches("https?")) {
            throw new IllegalArgumentException(
                    "%s: '%s' (expected: an address such as http://localhost:8501)".formatted(subject, address));
        }
    }
}
