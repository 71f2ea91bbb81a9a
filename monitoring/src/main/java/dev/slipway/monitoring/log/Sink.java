package dev.slipway.monitoring.log;

import java.io.IOException;
import java.util.Map;

/** Where events go. Called by one thread, which it may keep waiting. */
public interface Sink extends AutoCloseable {
    /**
     * Writes what is left of a batch, and tells the batch what became of each event: {@link Batch#written} or {@link
     * Batch#refused}. What is left when this throws is tried again, later.
     *
     * @throws IOException when it can't be done now
     */
    void write(Batch batch) throws IOException;

    /**
     * Nothing came for a while.
     *
     * @throws IOException when what was due, such as the end of a file, can't be done now
     */
    default void idle() throws IOException {}

    /** Ends what is open: the end of a file is written. */
    @Override
    void close() throws IOException;

    /** Opens sinks of a type whose libraries are installed apart; found through {@link java.util.ServiceLoader}. */
    interface Provider {
        /** As it is configured: {@code kafka}. */
        String type();

        Sink open(Topic topic);
    }

    /**
     * A topic of a message broker.
     *
     * @param isBinary whether attributes are headers, or in the message
     * @param properties of the client
     */
    record Topic(String name, boolean isBinary, Map<String, String> properties) {
        public Topic {
            properties = Map.copyOf(properties);
        }
    }
}
