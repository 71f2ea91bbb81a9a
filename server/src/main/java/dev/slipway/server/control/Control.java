package dev.slipway.server.control;

import dev.slipway.api.SlipwayException;
import dev.slipway.server.config.ServingConfig;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/**
 * Applies configurations to the running server, each whole or not at all, and keeps those that were applied. Changes are
 * made one after the other. All methods may take their time and touch files: never call them on an event loop.
 */
public interface Control {
    /** What is asked for now. */
    Revision current();

    /** The revisions that are kept, newest first; the first is the current one. */
    List<Revision> history();

    /**
     * Reads a whole {@code slipway.yaml}. Paths are relative to the folder of the file that the server was started with,
     * else to the one that it was started in.
     *
     * @param subject what errors call the text
     * @throws SlipwayException {@code INVALID_ARGUMENT} with a line for each fault;
     *     {@code FAILED_PRECONDITION} when it asks for other listeners or limits than the server runs with
     */
    ServingConfig read(String subject, String text);

    /** What is wrong now with files that were read again, each with its lines; what they said before counts. */
    List<SlipwayException> faults();

    /**
     * What {@code candidate} would change.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it contradicts itself
     */
    Change diff(ServingConfig candidate);

    /**
     * Applies what {@code edit} makes of the current configuration; nothing happens when that is equal to it.
     *
     * @param origin see {@link Revision#origin}
     * @return the revision that is current then
     * @throws SlipwayException {@code INVALID_ARGUMENT} or {@code FAILED_PRECONDITION} when it can't be applied,
     *     with what was found and what is expected; the current one stays
     */
    Revision apply(UnaryOperator<ServingConfig> edit, String origin);

    /**
     * Reads the configuration file again and applies it.
     *
     * @throws SlipwayException as {@link #apply}; {@code FAILED_PRECONDITION} when the server was started
     *     without a file
     */
    Revision reload(String origin);

    /**
     * Applies an earlier revision's configuration again, as a new revision.
     *
     * @param number which; empty for the one before the current
     * @throws SlipwayException {@code NOT_FOUND} when it is not kept, naming those that are
     */
    Revision rollback(OptionalLong number, String origin);
}
