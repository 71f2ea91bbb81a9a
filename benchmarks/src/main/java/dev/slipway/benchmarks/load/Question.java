package dev.slipway.benchmarks.load;

import dev.slipway.benchmarks.wire.Protocol;
import dev.slipway.benchmarks.wire.Workload;
import io.vertx.core.buffer.Buffer;

/**
 * What is asked of whom.
 *
 * @param host a name or address
 * @param port where it answers
 * @param key an API key to show; empty for none
 */
public record Question(Protocol protocol, Workload workload, String host, int port, String key) {
    /** Without a key. */
    public Question(Protocol protocol, Workload workload, String host, int port) {
        this(protocol, workload, host, port, "");
    }

    /** The same, asked by the owner of {@code shown}. */
    public Question of(String shown) {
        return new Question(protocol, workload, host, port, shown);
    }

    /** To a server on this machine. */
    public static Question local(Protocol protocol, Workload workload, int port) {
        return new Question(protocol, workload, "127.0.0.1", port);
    }

    /** The request's body. */
    public Buffer body() {
        return protocol.request(workload);
    }

    /** As a command line of {@code wrk} or {@code h2load} takes it. */
    public String url() {
        return "http://%s:%d%s".formatted(host, port, protocol.path(workload));
    }
}
