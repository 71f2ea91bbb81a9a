package dev.slipway.transforms;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files that settings name: beside a version's own files, else beside its versions.
 *
 * @param version the version's folder or file; null when it has none
 */
public record ChainFiles(@Nullable Path version) {
    private static final long BYTES_MAX = 64L << 20;
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /**
     * Where a named file is.
     *
     * @param use what it is for, as messages say it: {@code classes}
     * @throws SlipwayException {@code FAILED_PRECONDITION} when it is not there, saying where it was looked for
     */
    public Path find(String use, Path named) {
        if (named.isAbsolute()) {
            return require(use, named, List.of(named));
        }
        Path folder = version == null || Files.isDirectory(version) ? version : version.getParent();
        Path above = folder == null ? null : folder.getParent();
        for (Path base : folder == null ? List.<Path>of() : above == null ? List.of(folder) : List.of(folder, above)) {
            Path found = base.resolve(named).normalize();
            if (Files.isRegularFile(found)) {
                return found;
            }
        }
        return require(use, named, folder == null ? List.of() : List.of(folder.resolve(named)));
    }

    /** The first of several files that is there, beside the version's own files or beside its versions; null for none. */
    public @Nullable Path first(List<String> names) {
        Path folder = version == null || Files.isDirectory(version) ? version : version.getParent();
        if (folder == null) {
            return null;
        }
        Path above = folder.getParent();
        for (Path base : above == null ? List.of(folder) : List.of(folder, above)) {
            for (String name : names) {
                if (Files.isRegularFile(base.resolve(name))) {
                    return base.resolve(name);
                }
            }
        }
        return null;
    }

    /** The lines of a named text file, at most 64 MiB, less empty ones at its end. */
    public List<String> lines(String use, Path named) {
        Path path = find(use, named);
        try {
            if (Files.size(path) > BYTES_MAX) {
                throw new SlipwayException(
                        ErrorCode.FAILED_PRECONDITION,
                        "%s: %s has %d bytes (expected: at most %d)".formatted(use, path, Files.size(path), BYTES_MAX));
            }
            String text = Files.readString(path, StandardCharsets.UTF_8);
            return (text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text)
                    .stripTrailing()
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new SlipwayException(
                    ErrorCode.FAILED_PRECONDITION, "%s: %s can't be read: %s".formatted(use, path, e.getMessage()), e);
        }
    }

    private static Path require(String use, Path named, List<Path> places) {
        if (places.size() == 1 && Files.isRegularFile(places.get(0))) {
            return places.get(0);
        }
        throw new SlipwayException(
                ErrorCode.FAILED_PRECONDITION,
                "%s: file '%s' is not there (expected: %s)"
                        .formatted(use, named, places.isEmpty() ? "an absolute path" : places.get(0)));
    }
}
