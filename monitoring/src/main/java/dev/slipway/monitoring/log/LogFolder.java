package dev.slipway.monitoring.log;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The files of a sink: {@code NAME-TIME-NUMBER.ENDING}, which sort by when they were begun. For one thread.
 *
 * @param name that all begin with
 */
record LogFolder(Path folder, String name, Clock clock) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** Who has just closed a file still has to give it its name. */
    private static final Duration LEFT_AFTER = Duration.ofMinutes(1);

    /** A name that no file has, nor one with another of {@code taken}. */
    Path fresh(String ending, List<String> taken) throws IOException {
        Files.createDirectories(folder);
        String time = TIME.format(clock.instant());
        for (int number = 1; ; number++) {
            String stem = "%s-%s-%03d".formatted(name, time, number);
            boolean isFree = !Files.exists(folder.resolve(stem + ending))
                    && taken.stream().noneMatch(other -> Files.exists(folder.resolve(stem + other)));
            if (isFree) {
                return folder.resolve(stem + ending);
            }
        }
    }

    /**
     * Keeps other servers from writing the same files, until the lock's channel is closed.
     *
     * @throws IOException when another server does, or the file system has no locks
     */
    FileLock lock(String ending) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve("." + name + ".lock");
        FileLock lock = held(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
        if (lock == null) {
            throw new IOException("another server writes %s (expected: a folder for each server, or a sink's name)"
                    .formatted(folder.resolve(name + ending)));
        }
        return lock;
    }

    /** Tells others that a file was not left behind, until it is closed; null where the file system has no word for that. */
    static @Nullable FileLock mark(FileChannel file) {
        try {
            return file.tryLock();
        } catch (IOException | OverlappingFileLockException e) {
            // Nobody sweeps there either.
            return null;
        }
    }

    /** Locks a file; null where somebody else has, and it is closed then. */
    private static @Nullable FileLock held(FileChannel file) throws IOException {
        FileLock lock = null;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException e) {
            // Somebody else in this process.
        } finally {
            if (lock == null) {
                file.close();
            }
        }
        return lock;
    }

    /** Deletes files that were left behind before they were whole; those that somebody is writing stay. */
    void sweep(String ending) throws IOException {
        Instant old = clock.instant().minus(LEFT_AFTER);
        for (Path file : ours(List.of(ending))) {
            try {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(old)) {
                    deleteUnlessHeld(file);
                }
            } catch (IOException e) {
                // It is no trouble to what is written now.
            }
        }
    }

    private static void deleteUnlessHeld(Path file) throws IOException {
        FileLock lock = held(FileChannel.open(file, StandardOpenOption.WRITE));
        if (lock != null) {
            try {
                Files.deleteIfExists(file);
            } finally {
                lock.acquiredBy().close();
            }
        }
    }

    /** Deletes the oldest files with one of these endings that are more than {@code filesMax}; 0 for none. */
    void prune(int filesMax, List<String> endings) throws IOException {
        if (filesMax == 0) {
            return;
        }
        List<Path> files = ours(endings);
        for (int i = 0; i < files.size() - filesMax; i++) {
            Files.deleteIfExists(files.get(i));
        }
    }

    /** The files with one of these endings, the oldest first. */
    private List<Path> ours(List<String> endings) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, this::isOurs)) {
            for (Path file : all) {
                if (endings.stream().anyMatch(ending -> file.toString().endsWith(ending))) {
                    files.add(file);
                }
            }
        }
        files.sort(null);
        return files;
    }

    private boolean isOurs(Path file) {
        String text = String.valueOf(file.getFileName());
        return text.startsWith(name + "-") && text.substring(name.length() + 1).matches("\\d{8}T\\d{6}Z-\\d{3,}\\..*");
    }
}
