package dev.slipway.core;

import dev.slipway.api.Loader;
import dev.slipway.api.ServableId;
import dev.slipway.api.SlipwayException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One attempt to load and warm up a version, on a load thread; the manager's loop may interrupt it. */
final class LoadTask implements Runnable {
    private final ServableId id;
    private final Loader loader;
    private final Loading loading;
    private final BooleanSupplier isWanted;
    private final Progress progress;

    /** While it runs; guarded by this. */
    private @Nullable Thread thread;

    /** Guarded by this. */
    private boolean interrupted;

    /** Is told how the attempt goes, on the load thread. The last three end it; one of them is called, once. */
    interface Progress {
        /** It was loaded, and is now being warmed up. Not told where there is no warm-up to wait for. */
        void warming();

        /** It was loaded and warmed up. */
        void loaded(Loading.Loaded loaded);

        void failed(SlipwayException reason);

        /** Nobody wanted the version when its turn came. */
        void skipped();
    }

    LoadTask(ServableId id, Loader loader, Loading loading, BooleanSupplier isWanted, Progress progress) {
        this.id = id;
        this.loader = loader;
        this.loading = loading;
        this.isWanted = isWanted;
        this.progress = progress;
    }

    @Override
    public void run() {
        if (!isWanted.getAsBoolean() || !begin()) {
            progress.skipped();
            return;
        }
        Loading.Loaded loaded = null;
        SlipwayException failure = null;
        try {
            loaded = loading.load(id, loader);
            if (loading.warmsUp()) {
                progress.warming();
            }
            loaded = loading.warm(id, loader, loaded);
        } catch (SlipwayException e) {
            failure = e;
        } finally {
            end();
        }
        if (failure != null) {
            progress.failed(failure);
        } else if (loaded != null) {
            progress.loaded(loaded);
        }
    }

    /** Interrupts the thread that loads, or keeps the attempt from beginning. Does nothing once it has ended. */
    synchronized void interrupt() {
        interrupted = true;
        if (thread != null) {
            thread.interrupt();
        }
    }

    private synchronized boolean begin() {
        if (!interrupted) {
            thread = Thread.currentThread();
        }
        return !interrupted;
    }

    /** An interrupt that came too late must not hit what the thread loads next. */
    private synchronized void end() {
        thread = null;
        Thread.interrupted();
    }
}
