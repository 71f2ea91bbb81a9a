package dev.slipway.server.control;

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
     * What {@code candidate} would change.
     *
     * @throws dev.slipway.api.SlipwayException {@code INVALID_ARGUMENT} when it contradicts itself
     */
    Change diff(ServingConfig candidate);

    /**
     * Applies what {@code edit} makes of the current configuration; nothing happens when that is equal to it.
     *
     * @param origin see {@link Revision#origin}
     * @return the revision that is current then
     * @throws dev.slipway.api.SlipwayException {@code INVALID_ARGUMENT} or {@code FAILED_PRECONDITION} when it can't be applied,
     *     with what was found and what is expected; the current one stays
     */
    Revision apply(UnaryOperator<ServingConfig> edit, String origin);

    /**
     * Reads the configuration file again and applies it.
     *
     * @throws dev.slipway.api.SlipwayException as {@link #apply}; {@code FAILED_PRECONDITION} when the server was started
     *     without a file
     */
    Revision reload(String origin);

    /**
     * Applies an earlier revision's configuration again, as a new revision.
     *
     * @param number which; empty for the one before the current
     * @throws dev.slipway.api.SlipwayException {@code NOT_FOUND} when it is not kept, naming those that are
     */
    Revision rollback(OptionalLong number, String origin);
}
