package dev.slipway.core;

import dev.slipway.api.Loader;
import dev.slipway.api.Servable;
import dev.slipway.api.ServableId;

/**
 * Runs a version's first requests before users' requests reach it: runtimes compile, allocate and choose kernels then.
 */
@FunctionalInterface
public interface WarmUp {
    /** Does nothing. */
    WarmUp NONE = (id, loader, servable) -> {};

    /**
     * Runs what there is to run, on a load thread.
     *
     * @param loader that made the servable; its {@link Loader#path()} leads to the version's files
     * @throws dev.slipway.api.SlipwayException when a warm-up request fails; the version is then quarantined
     */
    void run(ServableId id, Loader loader, Servable servable);
}
