package dev.slipway.benchmarks.target;

import dev.slipway.benchmarks.load.Question;
import dev.slipway.benchmarks.wire.Protocol;
import dev.slipway.benchmarks.wire.Workload;
import java.io.IOException;

/**
 * A server that is asked with a key, and what takes its traces.
 *
 * @param key empty for none
 */
record WatchedTarget(Target server, String key, Collector collector) implements Target {
    @Override
    public String name() {
        return server.name();
    }

    @Override
    public boolean speaks(Protocol protocol) {
        return server.speaks(protocol);
    }

    @Override
    public Question question(Protocol protocol, Workload workload) {
        return server.question(protocol, workload).of(key);
    }

    @Override
    public long pid() {
        return server.pid();
    }

    @Override
    public void checkAlive() throws IOException {
        server.checkAlive();
    }

    @Override
    public void close() {
        server.close();
        collector.close();
    }
}
