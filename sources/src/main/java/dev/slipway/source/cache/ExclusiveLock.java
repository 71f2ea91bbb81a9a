package dev.slipway.source.cache;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Keeps all others out, in this process and in others. The operating system's locks are a process's own, so threads of
 * one process take turns first; and they go with the process, however it ends.
 */
final class ExclusiveLock implements AutoCloseable {
    /** By lock file, as long as somebody has it or waits for it; the map is its own monitor. */
    private static final Map<Path, Turn> TURNS = new HashMap<>();

    private final Path file;
    private final Turn turn;
    private final FileChannel channel;

    private static final class Turn {
        final Semaphore permit = new Semaphore(1, true);
        int users;
    }

    private ExclusiveLock(Path file, Turn turn, FileChannel channel) {
        this.file = file;
        this.turn = turn;
        this.channel = channel;
    }

    /**
     * Waits until nobody else has the lock.
     *
     * @param file an absolute path; the file stays
     */
    static ExclusiveLock acquire(Path file) throws IOException, InterruptedException {
        Turn turn = enter(file);
        boolean isHeld = false;
        try {
            turn.permit.acquire();
            isHeld = true;
            ExclusiveLock lock = new ExclusiveLock(file, turn, lockedChannel(file));
            isHeld = false;
            return lock;
        } catch (IOException | InterruptedException | RuntimeException e) {
            leave(file, turn, isHeld);
            throw e;
        }
    }

    /** The lock, if nobody has it or waits for it; empty otherwise. */
    static Optional<ExclusiveLock> tryAcquire(Path file) throws IOException {
        synchronized (TURNS) {
            if (TURNS.containsKey(file)) {
                return Optional.empty();
            }
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                channel.close();
                return Optional.empty();
            }
            Turn turn = enter(file);
            turn.permit.acquireUninterruptibly();
            return Optional.of(new ExclusiveLock(file, turn, channel));
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            leave(file, turn, true);
        }
    }

    private static FileChannel lockedChannel(Path file) throws IOException, InterruptedException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            channel.lock();
            return channel;
        } catch (FileLockInterruptionException | ClosedByInterruptException e) {
            channel.close();
            Thread.interrupted();
            InterruptedException interrupted = new InterruptedException("while waiting for " + file.getFileName());
            interrupted.initCause(e);
            throw interrupted;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static Turn enter(Path file) {
        synchronized (TURNS) {
            Turn turn = TURNS.computeIfAbsent(file, path -> new Turn());
            turn.users++;
            return turn;
        }
    }

    private static void leave(Path file, Turn turn, boolean isHeld) {
        synchronized (TURNS) {
            if (--turn.users == 0) {
                TURNS.remove(file);
            }
        }
        if (isHeld) {
            turn.permit.release();
        }
    }
}
