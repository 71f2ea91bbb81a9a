package dev.slipway.core;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.Loader;
import dev.slipway.api.Servable;
import dev.slipway.api.ServableId;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionStatus;
import java.lang.System.Logger.Level;

/** Loads one version: checks it, sets memory aside for it, and only then loads it; then warms it up. */
final class Loading {
    private static final System.Logger LOG = System.getLogger(Loading.class.getName());

    private final ResourceTracker resources;
    private final WarmUp warmUp;

    Loading(ResourceTracker resources, WarmUp warmUp) {
        this.resources = resources;
        this.warmUp = warmUp;
    }

    /**
     * A servable and the memory that was set aside for it.
     *
     * @param bytes to be given back once the servable is closed
     * @param memory as its status shows it
     */
    record Loaded(Servable servable, long bytes, VersionStatus.Memory memory) {}

    /** @throws SlipwayException whatever went wrong, a {@link MemoryShortage} when it does not fit; nothing is held then */
    Loaded load(ServableId id, Loader loader) {
        try {
            long bytes = loader.describe().memoryBytes();
            resources.reserve(bytes);
            try {
                return new Loaded(loader.load(), bytes, new VersionStatus.Memory(bytes, 0));
            } catch (RuntimeException | Error e) {
                resources.release(bytes);
                throw e;
            }
        } catch (RuntimeException | Error e) {
            throw asSlipwayException("load failed: ", e);
        }
    }

    /** Whether warming up takes any time. */
    boolean warmsUp() {
        return warmUp != WarmUp.NONE;
    }

    /**
     * Runs the first requests of what was loaded.
     *
     * @throws SlipwayException when one of them fails; what was loaded is closed then
     */
    Loaded warm(ServableId id, Loader loader, Loaded loaded) {
        try {
            warmUp.run(id, loader, loaded.servable());
            return loaded;
        } catch (RuntimeException | Error e) {
            unload(id, loaded);
            throw asSlipwayException("warm-up failed: ", e);
        }
    }

    /** Closes a servable that nobody uses any more and gives its memory back, even when closing fails. */
    void unload(ServableId id, Loaded loaded) {
        try {
            loaded.servable().close();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, id + " could not be closed", e);
        } finally {
            resources.release(loaded.bytes());
        }
    }

    /** A broken model must end in its status, whatever it throws, and never end the thread that loads others. */
    private static SlipwayException asSlipwayException(String what, Throwable e) {
        if (e instanceof SlipwayException known) {
            return known;
        }
        ErrorCode code = e instanceof OutOfMemoryError ? ErrorCode.RESOURCE_EXHAUSTED : ErrorCode.INTERNAL;
        return new SlipwayException(code, what + e, e);
    }
}
