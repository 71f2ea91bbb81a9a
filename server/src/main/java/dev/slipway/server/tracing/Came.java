package dev.slipway.server.tracing;

import dev.slipway.server.transport.GrpcCall;
import dev.slipway.server.transport.RequestContext;
import dev.slipway.server.transport.RestRequest;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a request when it comes, and is to be known when it has gone.
 *
 * @param method of HTTP; empty for gRPC
 * @param path of HTTP, without the query; {@code package.Service/Method} for gRPC
 * @param host that the client named, with its port where it named one; null where it named none
 * @param port that it came to; 0 for a Unix domain socket
 * @param client address and port
 */
record Came(
        RequestContext context,
        String method,
        String path,
        @Nullable String host,
        int port,
        String client) {
    static Came of(RestRequest request) {
        return new Came(
                request.context(),
                request.method(),
                request.path(),
                request.header("host"),
                request.localPort(),
                request.remoteAddress());
    }

    static Came of(GrpcCall call) {
        return new Came(
                call.context(), "", call.method(), call.metadata(":authority"), call.localPort(), call.remoteAddress());
    }

    boolean isGrpc() {
        return method.isEmpty();
    }

    /** {@code 192.0.2.7} of {@code 192.0.2.7:41234}, {@code 2001:db8::1} of {@code [2001:db8::1]:41234}. */
    static String address(String hostAndPort) {
        if (hostAndPort.startsWith("[")) {
            int end = hostAndPort.indexOf(']');
            return end < 0 ? hostAndPort : hostAndPort.substring(1, end);
        }
        int colon = hostAndPort.lastIndexOf(':');
        return colon < 0 ? hostAndPort : hostAndPort.substring(0, colon);
    }
}
