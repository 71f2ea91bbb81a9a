package dev.slipway.core.source;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * How models lie in directories: {@code NAME/VERSION/files}, {@code NAME/files} (version 1), or a single file (version
 * 1, named after the file).
 */
public final class ModelLayout {
    private final Predicate<Path> isModel;

    /** @param isModel whether a backend knows the directory or file, by its names or first bytes */
    public ModelLayout(Predicate<Path> isModel) {
        this.isModel = isModel;
    }

    /**
     * A version's place.
     *
     * @param number at least 0; leading zeros of a directory's name do not count
     * @param path a directory or a file
     */
    public record VersionPath(long number, Path path) {}

    /**
     * The versions of the model at {@code path}, oldest first; empty when there are none.
     *
     * @throws IOException when {@code path} can't be listed now, or is not there
     */
    public List<VersionPath> versions(Path path) throws IOException {
        if (Files.isRegularFile(path)) {
            return List.of(new VersionPath(1, path));
        }
        NavigableMap<Long, Path> numbered = new TreeMap<>();
        for (Path child : children(path)) {
            OptionalLong number = number(child);
            if (number.isPresent() && mayBeDirectory(child)) {
                // Of "2" and "002" the plain one counts.
                numbered.merge(number.getAsLong(), child, (a, b) -> nameLength(a) <= nameLength(b) ? a : b);
            }
        }
        if (numbered.isEmpty() && isModel.test(path)) {
            return List.of(new VersionPath(1, path));
        }
        List<VersionPath> versions = new ArrayList<>();
        numbered.forEach((number, child) -> versions.add(new VersionPath(number, child)));
        return versions;
    }

    /**
     * The models in a repository: each directory, and each file that a backend knows; or just {@code root}.
     *
     * @param isSingle whether {@code root} is a model itself, as {@link #isSingleModel} says
     * @return the path of each model, by name
     * @throws IOException when {@code root} can't be listed now, or is not there
     */
    public SortedMap<String, Path> models(Path root, boolean isSingle) throws IOException {
        SortedMap<String, Path> models = new TreeMap<>();
        if (isSingle) {
            String name = modelName(root);
            models.put(isUsableName(name) ? name : "model", root);
            return models;
        }
        for (Path child : children(root)) {
            String name = modelName(child);
            boolean isFileOfModel = Files.isRegularFile(child) && isModel.test(child);
            if (mayBeDirectory(child) && isUsableName(name)) {
                models.put(name, child);
            } else if (isFileOfModel && isUsableName(name)) {
                models.putIfAbsent(name, child);
            }
        }
        return models;
    }

    /** Whether {@code root} is a model rather than a repository of them. */
    public boolean isSingleModel(Path root) throws IOException {
        if (Files.isRegularFile(root)) {
            return true;
        }
        List<Path> children = children(root);
        boolean numbered = children.stream().anyMatch(child -> number(child).isPresent() && Files.isDirectory(child));
        boolean flat = children.stream().noneMatch(Files::isDirectory)
                && children.stream()
                        .anyMatch(child -> child.getFileName().toString().startsWith("model."))
                && isModel.test(root);
        return numbered || flat;
    }

    /** Folders in a model's directory that are none of its versions; hidden ones are not told of. */
    public static List<Path> otherFolders(Path path, List<Path> versions) throws IOException {
        return children(path).stream()
                .filter(Files::isDirectory)
                .filter(child -> !versions.contains(child))
                .toList();
    }

    /** The number that a version's directory is named; empty for other names, as TensorFlow Serving has it. */
    static OptionalLong number(Path directory) {
        String name = directory.getFileName().toString();
        boolean digits = !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9');
        try {
            return digits ? OptionalLong.of(Long.parseLong(name)) : OptionalLong.empty();
        } catch (NumberFormatException e) {
            // More than a long holds: not a version.
            return OptionalLong.empty();
        }
    }

    /** The name of the model at {@code path}: that of the directory, or of the file without its ending. */
    static String modelName(Path path) {
        Path last = path.toAbsolutePath().normalize().getFileName();
        String name = last == null ? "model" : last.toString();
        int dot = name.endsWith(".tar.gz") ? name.length() - ".tar.gz".length() : name.lastIndexOf('.');
        return Files.isRegularFile(path) && dot > 0 ? name.substring(0, dot) : name;
    }

    /** What is in a directory, in order of name; hidden and unfinished files are passed over. */
    static List<Path> children(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new NoSuchFileException(directory.toString());
        }
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path child : stream) {
                if (!isPassedOver(child.getFileName().toString())) {
                    children.add(child);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        children.sort(null);
        return children;
    }

    /** Whether it is a directory, or can't be told: one that is out of reach now must not look as if it were gone. */
    private static boolean mayBeDirectory(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).isDirectory();
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static boolean isPassedOver(String name) {
        return name.startsWith(".")
                || name.endsWith(".tmp")
                || name.endsWith(".part")
                || name.endsWith(".partial")
                || name.endsWith("~");
    }

    private static boolean isUsableName(String name) {
        return name.indexOf(':') < 0;
    }

    private static int nameLength(Path path) {
        return path.getFileName().toString().length();
    }
}
