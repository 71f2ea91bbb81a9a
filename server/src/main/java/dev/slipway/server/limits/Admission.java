package dev.slipway.server.limits;

import dev.slipway.access.Principal;
import dev.slipway.api.SlipwayException;
import dev.slipway.core.batching.Tenant;

/** Lets requests for models in, or says when they may come again. Thread-safe; never waits. */
@FunctionalInterface
public interface Admission {
    /** Lets everything in. */
    Admission OPEN = (principal, model, bytes) -> Ticket.FREE;

    /**
     * Lets a request in, whose rows are not known yet.
     *
     * @param model that is known
     * @param bytes of the request's body or message
     * @return to be closed once the request was answered or has failed
     * @throws SlipwayException {@code RESOURCE_EXHAUSTED}, passing, when a limit is reached
     */
    Ticket admit(Principal principal, String model, long bytes);

    /** Of one request that was let in. */
    interface Ticket extends AutoCloseable {
        /** Of a request that no limit is for. */
        Ticket FREE = new Ticket() {};

        /** Whose share the request takes. */
        default Tenant tenant() {
            return Tenant.SHARED;
        }

        /**
         * Counts the request's rows, once they are known.
         *
         * @throws SlipwayException as {@link Admission#admit}
         */
        default void rows(int rows) {}

        /** Gives back what the request held; once more does nothing. */
        @Override
        default void close() {}
    }
}
