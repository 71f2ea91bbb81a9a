package dev.slipway.backend.torch;

import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A folder of this process's own for PyTorch's native libraries, 450 MB once unpacked, in the folder for temporary files. It
 * goes when the process ends; what a process that was killed left behind goes when the next one starts.
 */
final class Natives {
    private static final System.Logger LOGGER = System.getLogger(Natives.class.getName());
    private static final String PREFIX = "slipway-torch-";
    private static final String LOCK = "in-use";
    /** Long enough for a process that has just made its folder to lock it. */
    private static final Duration YOUNG = Duration.ofMinutes(1);

    private Natives() {}

    /** @throws SlipwayException {@code UNAVAILABLE} when there is no place */
    @SuppressWarnings("resource") // the lock is held until the process ends
    static Path folder() {
        try {
            Path folder = Files.createTempDirectory(PREFIX);
            FileChannel channel =
                    FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            FileLock lock = channel.lock();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder), "slipway-torch-clean"));
            LOGGER.log(System.Logger.Level.DEBUG, "PyTorch''s libraries go to {0} ({1})", folder, lock);
            sweep(folder);
            return folder;
        } catch (IOException e) {
            throw new SlipwayException(UNAVAILABLE, "PyTorch's libraries can't be unpacked: " + e, e);
        }
    }

    private static void sweep(Path own) {
        try (DirectoryStream<Path> folders =
                Files.newDirectoryStream(own.toAbsolutePath().getParent(), PREFIX + "*")) {
            for (Path folder : folders) {
                if (!folder.equals(own) && isLeft(folder)) {
                    delete(folder);
                }
            }
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "old libraries of PyTorch can't be looked for", e);
        }
    }

    private static boolean isLeft(Path folder) {
        Path file = folder.resolve(LOCK);
        try {
            if (!Files.getOwner(folder).equals(Files.getOwner(Path.of(System.getProperty("user.home", "."))))
                    || Files.getLastModifiedTime(folder)
                            .toInstant()
                            .isAfter(Instant.now().minus(YOUNG))) {
                return false;
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                    FileLock lock = channel.tryLock()) {
                return lock != null;
            }
        } catch (IOException | OverlappingFileLockException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "'" + folder + "' is left alone", e);
            return false;
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "'" + folder + "' can't be deleted", e);
        }
    }
}
