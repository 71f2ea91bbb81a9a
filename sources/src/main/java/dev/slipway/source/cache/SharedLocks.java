package dev.slipway.source.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says, in this process and to others, that something is in use. One channel a file in the whole process: the operating
 * system lets go of all of a process's locks on a file when any of its channels to it is closed.
 */
final class SharedLocks {
    /** By lock file; the map is its own monitor. */
    private static final Map<Path, Held> HELD = new HashMap<>();

    private static final class Held {
        final FileChannel channel;
        int users;

        Held(FileChannel channel) {
            this.channel = channel;
        }
    }

    private SharedLocks() {}

    /** Marks as in use. To be called by who keeps {@link #isFree} from being asked meanwhile. */
    static void acquire(Path file) throws IOException {
        synchronized (HELD) {
            Held held = HELD.get(file);
            if (held == null) {
                held = new Held(FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
                try {
                    held.channel.lock(0, Long.MAX_VALUE, true);
                } catch (IOException | OverlappingFileLockException e) {
                    held.channel.close();
                    throw e;
                }
                HELD.put(file, held);
            }
            held.users++;
        }
    }

    static void release(Path file) throws IOException {
        synchronized (HELD) {
            Held held = HELD.get(file);
            if (held != null && --held.users == 0) {
                HELD.remove(file);
                held.channel.close();
            }
        }
    }

    /** Whether nobody uses it, in any process. */
    static boolean isFree(Path file) throws IOException {
        synchronized (HELD) {
            if (HELD.containsKey(file)) {
                return false;
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    @Nullable FileLock lock = channel.tryLock()) {
                return lock != null;
            }
        }
    }
}
