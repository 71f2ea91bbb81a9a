package dev.slipway.core.source;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells which directories have changed, through the system's own notices (inotify on Linux). Where there are none, or
 * too few, nothing is told and polling has to do. Used by one thread; {@link #close()} by any.
 */
final class DirectoryWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DirectoryWatch.class.getName());
    private static final WatchEvent.Kind<?>[] KINDS = {
        StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE, StandardWatchEventKinds.ENTRY_MODIFY
    };

    private static final long CROWD_MILLIS = 10;

    private final FileSystem files;
    private @Nullable WatchService service;
    private final Map<Path, WatchKey> keys = new HashMap<>();
    private final Map<WatchKey, Path> paths = new HashMap<>();
    private boolean complete = true;

    /** These three are touched while this object's monitor is held. */
    private boolean isWaiting;

    private boolean isWoken;
    private boolean isClosed;

    DirectoryWatch(FileSystem files) {
        this.files = files;
        this.service = open();
    }

    private @Nullable WatchService open() {
        WatchService made = null;
        try {
            made = files.newWatchService();
        } catch (IOException | UnsupportedOperationException e) {
            complete = false;
            LOG.log(Level.WARNING, "no notices of changed files ({0}); polling instead", e.toString());
        }
        return made;
    }

    /** Whether every directory that was asked for is watched. */
    boolean isComplete() {
        return complete;
    }

    void add(Path directory) {
        if (service == null || keys.containsKey(directory)) {
            return;
        }
        try {
            WatchKey key = directory.register(service, KINDS);
            keys.put(directory, key);
            paths.put(key, directory);
        } catch (IOException e) {
            if (complete && Files.isDirectory(directory)) {
                complete = false;
                LOG.log(
                        Level.WARNING,
                        "{0} can''t be watched ({1}); polling as well. On Linux fs.inotify.max_user_watches bounds"
                                + " how many directories can be",
                        directory,
                        e.getMessage());
            }
        }
    }

    /** Ends the wait that is under way, or the next one; what changes meanwhile may go unnoticed. */
    synchronized void wake() {
        isWoken = true;
        notifyAll();
        if (isWaiting) {
            closeService();
        }
    }

    /**
     * Waits for notices, at most {@code timeout}, or until woken, and answers the directories that they concern. Who
     * was woken has to look at everything, and to {@link #add} all directories again.
     */
    Set<Path> await(Duration timeout) throws InterruptedException {
        Set<Path> changed = new HashSet<>();
        if (service == null) {
            awaitWaking(timeout);
            return changed;
        }
        if (!beginWait()) {
            return changed;
        }
        WatchKey key = null;
        try {
            key = service.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ClosedWatchServiceException e) {
            // By who wakes, or for good.
        }
        if (endWait()) {
            return changed;
        }
        try {
            if (key != null) {
                // Changes come in crowds; one look answers them all.
                TimeUnit.MILLISECONDS.sleep(CROWD_MILLIS);
            }
            while (key != null) {
                Path directory = paths.get(key);
                List<WatchEvent<?>> events = key.pollEvents();
                if (directory != null) {
                    changed.add(directory);
                    events.forEach(event -> forgetChild(directory, event));
                    if (!key.reset()) {
                        paths.remove(key);
                        keys.remove(directory);
                    }
                }
                key = service.poll();
            }
        } catch (ClosedWatchServiceException e) {
            throw (InterruptedException) new InterruptedException("closed").initCause(e);
        }
        return changed;
    }

    private synchronized void awaitWaking(Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        for (long left = timeout.toNanos(); !isWoken && left > 0; left = end - System.nanoTime()) {
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        isWoken = false;
    }

    /** Whether there is anything to wait for. */
    private synchronized boolean beginWait() {
        isWaiting = !isWoken;
        isWoken = false;
        return isWaiting;
    }

    /** Whether the wait ended because of {@link #wake}; there is a new service then. */
    private synchronized boolean endWait() throws InterruptedException {
        isWaiting = false;
        if (isClosed) {
            throw new InterruptedException("closed");
        }
        boolean woken = isWoken;
        isWoken = false;
        if (woken) {
            keys.clear();
            paths.clear();
            service = open();
        }
        return woken;
    }

    /** What came or went in a directory may be another one of the same name: its watch is put up anew. */
    private void forgetChild(Path directory, WatchEvent<?> event) {
        if (!event.kind().equals(StandardWatchEventKinds.ENTRY_MODIFY) && event.context() instanceof Path name) {
            Path child = directory.resolve(name);
            keys.entrySet().removeIf(entry -> {
                boolean isBelow = entry.getKey().startsWith(child);
                if (isBelow) {
                    paths.remove(entry.getValue());
                    entry.getValue().cancel();
                }
                return isBelow;
            });
        }
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        closeService();
    }

    private void closeService() {
        if (service != null) {
            try {
                service.close();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "the watch could not be closed", e);
            }
        }
    }
}
