package dev.slipway.server.signing;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.provenance.FileHashes;
import dev.slipway.server.provenance.FileState;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of a version as they are at one moment: all of them, since whatever lies in a version's folder may be read when it
 * is loaded. Nothing that a link leads out of the folder for is among them.
 *
 * @param top the folder, or the single file, by a path without links: to be opened by this one, since a link on the way there
 *     can be led elsewhere and back unseen
 * @param signature where the signature is, if there is one: in the folder, or beside a single file
 * @param byName where each file is, by its path in the folder, with {@code /}; without the signature
 * @param states of all files, folders and links, and of the folder above, by their places: two equal ones mean that nothing
 *     was changed in between
 */
record ModelFiles(Path top, Path signature, SortedMap<String, Path> byName, Map<Path, FileState> states) {
    /** In a version's folder. */
    static final String NAME = "slipway.sig";

    /** Behind the name of a single file. */
    static final String ENDING = ".sig";

    private static final int DEPTH_MAX = 32;

    /** Linux tells the time of a change in steps of at most 10 ms. */
    private static final Duration TICK_MAX = Duration.ofMillis(20);

    /** Where the signature of what lies at a path is to be. */
    static Path signature(Path path) {
        return Files.isDirectory(path) ? path.resolve(NAME) : path.resolveSibling(path.getFileName() + ENDING);
    }

    /**
     * Looks at a folder, or at a single file.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} for what no signature can be for: links that lead out, devices,
     *     names with control characters, too many files
     */
    static ModelFiles look(Path path) throws IOException {
        Path at = real(path);
        SortedMap<String, Path> files = new TreeMap<>();
        Map<Path, FileState> states = new HashMap<>();
        states.put(at, FileState.of(at));
        // Who moves a folder away and back again leaves its files as they are, but not what it is in.
        Path above = at.getParent();
        if (above != null) {
            states.put(above, FileState.of(above));
        }
        Path signature = signature(at);
        if (Files.isDirectory(at)) {
            Files.walkFileTree(at, Set.of(), DEPTH_MAX, new Visitor(at, files, states));
            files.remove(NAME);
        } else {
            String name = Objects.requireNonNull(at.getFileName()).toString();
            if (!Files.isRegularFile(at, LinkOption.NOFOLLOW_LINKS)) {
                throw refused(name, "is no regular file", "a file or folder, not a link");
            }
            files.put(name, at);
            if (Files.exists(signature)) {
                states.put(signature, FileState.of(signature));
            }
        }
        return new ModelFiles(at, signature, files, states);
    }

    /** Without the links on the way to a folder, or to a single file, which itself must be none. */
    private static Path real(Path path) throws IOException {
        Path at = path.toAbsolutePath();
        Path above = at.getParent();
        return above == null || Files.isDirectory(at)
                ? at.toRealPath()
                : above.toRealPath().resolve(Objects.requireNonNull(at.getFileName()));
    }

    /**
     * Looks when nothing was changed within the last tick of the file system's clock: what is changed from then on shows.
     *
     * @throws SlipwayException as {@link #look}; {@code UNAVAILABLE} while files are changed
     */
    static ModelFiles atRest(Path path) throws IOException {
        Instant before = Instant.now().minus(TICK_MAX);
        ModelFiles found = look(path);
        if (!found.isChangedSince(before)) {
            return found;
        }
        try {
            Thread.sleep(TICK_MAX.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SlipwayException(ErrorCode.CANCELLED, "interrupted while the model's files came to rest", e);
        }
        ModelFiles again = look(path);
        if (!again.states().equals(found.states())) {
            throw new SlipwayException(
                    ErrorCode.UNAVAILABLE, "the model's files are being changed (expected: files at rest)");
        }
        return again;
    }

    /** Whether a file or folder that something was read from is one of these, or within their folder. */
    boolean covers(Path read) throws IOException {
        Path real = read.toRealPath();
        Path root = top.toRealPath();
        return Files.isDirectory(root) ? real.startsWith(root) : real.equals(root);
    }

    /** Whether something was changed after a moment, or, as clocks tick slowly, may have been. */
    private boolean isChangedSince(Instant moment) {
        return states.values().stream()
                .anyMatch(state -> !state.changed().toInstant().isBefore(moment));
    }

    /** The SHA-256 of each, by name. */
    SortedMap<String, String> hashes(FileHashes hashes) throws IOException {
        SortedMap<String, String> read = new TreeMap<>();
        for (Map.Entry<String, Path> file : byName.entrySet()) {
            read.put(file.getKey(), hashes.of(file.getValue()));
        }
        return read;
    }

    private static SlipwayException refused(String name, String problem, String expected) {
        return new SlipwayException(
                ErrorCode.INVALID_ARGUMENT,
                "'%s' %s (expected: %s)".formatted(name.replaceAll("\\p{Cntrl}", "?"), problem, expected));
    }

    /** Takes down what is below a folder. */
    private static final class Visitor extends SimpleFileVisitor<Path> {
        private final Path root;
        private final SortedMap<String, Path> files;
        private final Map<Path, FileState> states;

        Visitor(Path root, SortedMap<String, Path> files, Map<Path, FileState> states) {
            this.root = root;
            this.files = files;
            this.states = states;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
            note(directory);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            String name = root.relativize(file).toString().replace(File.separatorChar, '/');
            if (name.chars().anyMatch(Character::isISOControl)) {
                throw refused(name, "has a control character in its name", "none");
            }
            note(file);
            if (attributes.isSymbolicLink()) {
                requireInside(file, name);
                if (!Files.isRegularFile(file)) {
                    throw refused(name, "is a link to what is no file", "files, and links to them");
                }
            } else if (!attributes.isRegularFile()) {
                throw refused(name, "is too deep, or neither a file nor a folder", "files in folders");
            }
            if (files.put(name, file) != null) {
                throw refused(name, "has a name that another file has too, as this system reads them", "one of each");
            }
            return FileVisitResult.CONTINUE;
        }

        /**
         * Follows a link by one step, folder by folder: whether what is there is a link too shows when that is met. What
         * leaves and comes back could be led elsewhere from outside.
         */
        private void requireInside(Path link, String name) throws IOException {
            Path led = Files.readSymbolicLink(link);
            Path at = Objects.requireNonNull(link.getParent());
            if (led.isAbsolute()) {
                led = led.startsWith(root) ? root.relativize(led) : Path.of("..");
                at = root;
            }
            for (Path step : led) {
                at = at.resolve(step).normalize();
                if (!at.startsWith(root)) {
                    throw refused(name, "is a link that leads out of the model's folder", "files within it");
                }
            }
        }

        private void note(Path path) throws IOException {
            states.put(path, FileState.of(path));
            if (states.size() > 2 * FilesSignature.FILES_MAX) {
                throw refused(
                        root.getFileName().toString(), "holds too many files", "at most " + FilesSignature.FILES_MAX);
            }
        }
    }
}
