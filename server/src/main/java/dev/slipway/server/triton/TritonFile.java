package dev.slipway.server.triton;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.proto.inference.ModelConfig;
import dev.slipway.protocol.text.TritonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model's {@code config.pbtxt}.
 *
 * @param path of the file
 */
record TritonFile(Path path) {
    private static final String NAME = "config.pbtxt";
    private static final long CONFIG_BYTES_MAX = 1 << 20;
    private static final long LABELS_BYTES_MAX = 64 << 20;

    /**
     * The one that lies with a version's files, or beside its versions; null when neither does.
     *
     * @param version folder or file; null for nowhere
     */
    static @Nullable TritonFile beside(@Nullable Path version) {
        Path folder = version == null || Files.isDirectory(version) ? version : version.getParent();
        return Stream.iterate(folder, at -> at != null, Path::getParent)
                .limit(2)
                .map(at -> at.resolve(NAME))
                .filter(Files::isRegularFile)
                .map(TritonFile::new)
                .findFirst()
                .orElse(null);
    }

    /** @throws SlipwayException {@code FAILED_PRECONDITION} when it is broken or can't be read */
    ModelConfig config() {
        String text = text(path, CONFIG_BYTES_MAX);
        try {
            return TritonText.parse(path.toString(), text).message();
        } catch (SlipwayException e) {
            throw new SlipwayException(ErrorCode.FAILED_PRECONDITION, e.getMessage(), e);
        }
    }

    /**
     * The lines of a file of labels.
     *
     * @param name as the configuration has it, below its own folder: a model must not show files of others
     * @throws SlipwayException {@code FAILED_PRECONDITION} when it is elsewhere, not there, or can't be read
     */
    List<String> labels(String name) {
        Path folder = path.toAbsolutePath().getParent();
        try {
            Path found = folder == null ? null : folder.resolve(name).toRealPath();
            if (folder == null || found == null || !found.startsWith(folder.toRealPath())) {
                throw wrong("label_filename '%s' is outside of the model's folder (expected: a file in it)"
                        .formatted(name));
            }
            return text(found, LABELS_BYTES_MAX).stripTrailing().lines().toList();
        } catch (IOException | InvalidPathException e) {
            throw wrong("label_filename '%s' can't be read: %s".formatted(name, e));
        }
    }

    private SlipwayException wrong(String problem) {
        return new SlipwayException(ErrorCode.FAILED_PRECONDITION, "%s: %s".formatted(path, problem));
    }

    private static String text(Path file, long bytesMax) {
        try {
            if (Files.size(file) > bytesMax) {
                throw new SlipwayException(
                        ErrorCode.FAILED_PRECONDITION,
                        "%s has %d bytes (expected: at most %d)".formatted(file, Files.size(file), bytesMax));
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new SlipwayException(ErrorCode.FAILED_PRECONDITION, "%s can't be read: %s".formatted(file, e), e);
        }
    }
}
