package dev.slipway.benchmarks.target;

import dev.slipway.benchmarks.load.Question;
import dev.slipway.benchmarks.wire.Protocol;
import dev.slipway.benchmarks.wire.Workload;
import java.io.IOException;

/** A server that is measured. */
public interface Target extends AutoCloseable {
    /** As tables name it. */
    String name();

    /** Whether questions can be put to it in this protocol. */
    boolean speaks(Protocol protocol);

    /** The question to it. */
    Question question(Protocol protocol, Workload workload);

    /** Its process; 0 where it isn't known. */
    long pid();

    /**
     * Checks that it still runs.
     *
     * @throws IOException when it doesn't; the message tells why
     */
    void checkAlive() throws IOException;

    /** Ends it, if this process started it. */
    @Override
    void close();
}
