package dev.slipway.core;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.Loader;
import dev.slipway.api.Servable;
import dev.slipway.api.ServableId;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionStatus;
import dev.slipway.core.ResourceTracker.Reservation;
import dev.slipway.core.memory.LoadMeter;
import dev.slipway.core.memory.ProcessMemory;
import java.lang.System.Logger.Level;

/** Loads one version: checks it, sets memory aside for it, and only then loads it; then warms it up, and sees what it took. */
final class Loading {
    private static final System.Logger LOG = System.getLogger(Loading.class.getName());

    private final ResourceTracker resources;
    private final WarmUp warmUp;
    private final LoadMeter meter;

    Loading(ResourceTracker resources, WarmUp warmUp) {
        this(resources, warmUp, new LoadMeter(ProcessMemory.ofThisProcess()));
    }

    Loading(ResourceTracker resources, WarmUp warmUp, LoadMeter meter) {
        this.resources = resources;
        this.warmUp = warmUp;
        this.meter = meter;
    }

    /**
     * A servable and the memory that was set aside for it.
     *
     * @param reservation to be given back once the servable is closed
     * @param measuredBytes by how much the process grew; 0 when that is not known, or not yet
     * @param span goes on until the servable has been warmed up
     */
    record Loaded(Servable servable, Reservation reservation, long measuredBytes, LoadMeter.Span span) {
        /** What is set aside for it, in bytes. */
        long bytes() {
            return reservation.bytes();
        }

        /** As its status shows it. */
        VersionStatus.Memory memory() {
            return new VersionStatus.Memory(reservation.expectedBytes(), measuredBytes);
        }
    }

    /**
     * Loads. What is answered goes on being measured until it is given to {@link #warm} or {@link #unload}.
     *
     * @throws SlipwayException whatever went wrong, a {@link MemoryShortage} when it does not fit; nothing is held then
     */
    Loaded load(ServableId id, Loader loader) {
        try {
            Reservation reservation =
                    resources.reserve(id.model(), loader.describe().memoryBytes());
            LoadMeter.Span span = meter.begin(reservation.expectedBytes(), resources.reservedBytes());
            try {
                return new Loaded(loader.load(), reservation, 0, span);
            } catch (RuntimeException | Error e) {
                span.end();
                resources.release(reservation);
                throw e;
            }
        } catch (RuntimeException | Error e) {
            throw asSlipwayException("load failed: ", e);
        }
    }

    /** Whether warming up takes any time. */
    @SuppressWarnings("ReferenceEquality") // There is one that does nothing.
    boolean warmsUp() {
        return warmUp != WarmUp.NONE;
    }

    /**
     * Runs the first requests of what was loaded, and corrects its reservation to what it took.
     *
     * @throws SlipwayException when one of them fails; what was loaded is closed then
     */
    Loaded warm(ServableId id, Loader loader, Loaded loaded) {
        try {
            warmUp.run(id, loader, loaded.servable());
            return measured(loaded);
        } catch (RuntimeException | Error e) {
            unload(id, loaded);
            throw asSlipwayException("warm-up failed: ", e);
        }
    }

    private Loaded measured(Loaded loaded) {
        long bytes = loaded.span().end();
        return new Loaded(loaded.servable(), resources.correct(loaded.reservation(), bytes), bytes, loaded.span());
    }

    /** Closes a servable that nobody uses any more and gives its memory back, even when closing fails. */
    void unload(ServableId id, Loaded loaded) {
        loaded.span().end();
        LoadMeter.Span disturbance = meter.disturb();
        try {
            loaded.servable().close();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, id + " could not be closed", e);
        } finally {
            disturbance.end();
            resources.release(loaded.reservation());
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
