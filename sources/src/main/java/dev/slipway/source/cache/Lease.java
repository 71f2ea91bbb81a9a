package dev.slipway.source.cache;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** Keeps an artifact in the cache until it is closed. Thread-safe; closing twice is harmless. */
public final class Lease implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Lease.class.getName());

    private final Path model;
    private final Path lockFile;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    Lease(Path model, Path lockFile) {
        this.model = model;
        this.lockFile = lockFile;
    }

    /** The model's folder, or its single file; to be read only. */
    public Path model() {
        return model;
    }

    @Override
    public void close() {
        if (isClosed.compareAndSet(false, true)) {
            try {
                SharedLocks.release(lockFile);
            } catch (IOException e) {
                // The descriptor is gone all the same, and the lock with it.
                LOG.log(Level.WARNING, "the mark of use " + lockFile + " could not be closed", e);
            }
        }
    }
}
