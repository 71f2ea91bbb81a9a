package dev.slipway.source.cache;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;

/**
 * An artifact in the making, which nobody else makes meanwhile, in any process. What has come of it stays in
 * {@link #parts()} when it is closed unfinished, for who takes it up again.
 */
public final class Work implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Work.class.getName());

    private final String key;
    private final Path folder;
    private final ExclusiveLock lock;

    Work(String key, Path folder, ExclusiveLock lock) {
        this.key = key;
        this.folder = folder;
        this.lock = lock;
    }

    /** Where downloads grow; what an earlier attempt left is still there. */
    public Path parts() {
        return folder.resolve("parts");
    }

    /** Where the artifact's files are to lie when it is committed; empty at first. */
    public Path files() {
        return entry().resolve("files");
    }

    /** Forgets what was fetched, which is of no use to who would take it up again. */
    public void drop() {
        try {
            Trees.delete(parts());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the useless parts in " + folder + " could not be deleted", e);
        }
    }

    Path entry() {
        return folder.resolve("entry");
    }

    String key() {
        return key;
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        try (lock) {
            Trees.delete(entry());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the unfinished artifact " + folder + " could not be put away", e);
        }
    }
}
