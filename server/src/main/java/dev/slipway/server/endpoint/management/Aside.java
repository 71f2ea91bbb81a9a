package dev.slipway.server.endpoint.management;

import dev.slipway.api.SlipwayException;
import java.util.function.Consumer;

/** Has work done off the event loop. */
@FunctionalInterface
public interface Aside {
    /**
     * @param line in which it waits, so that no one kind of work keeps out the others
     * @param refused is told when there is too much to do, or when the work throws
     */
    void submit(String line, Runnable work, Consumer<SlipwayException> refused);
}
