package dev.slipway.server.backend;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Brings what a backend needs besides its own jar into its folder, and believes nothing but checksums. */
final class Installer {
    private static final String UNFINISHED = ".part";

    private final List<ArtifactSource> sources;
    private final InstallProgress progress;

    /** @param sources asked in turn */
    Installer(List<ArtifactSource> sources, InstallProgress progress) {
        this.sources = List.copyOf(sources);
        this.progress = progress;
    }

    /**
     * Installs what is missing of a backend.
     *
     * @return how many files were missing
     * @throws SlipwayException {@code NOT_FOUND} when no source has a file, {@code FAILED_PRECONDITION} when what they have is
     *     another one, {@code UNAVAILABLE} when files can't be written; what was installed stays
     */
    int install(BackendFolder folder) {
        List<Artifact> missing = folder.missing();
        for (int i = 0; i < missing.size(); i++) {
            install(folder, missing.get(i), i + 1, missing.size());
        }
        return missing.size();
    }

    private void install(BackendFolder folder, Artifact artifact, int number, int count) {
        Path target = folder.path().resolve(artifact.fileName());
        Path part = target.resolveSibling(artifact.fileName() + UNFINISHED);
        List<String> reasons = new ArrayList<>();
        try {
            for (ArtifactSource source : sources) {
                String reason = source.fetch(
                        artifact,
                        part,
                        done -> progress.fetched(artifact.fileName(), number, count, done, artifact.bytes()));
                if (reason.isEmpty()) {
                    reason = Checksums.difference(artifact, part);
                }
                if (reason.isEmpty()) {
                    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                    return;
                }
                reasons.add("%s: %s".formatted(source.name(), reason));
            }
        } catch (IOException e) {
            throw new SlipwayException(
                    ErrorCode.UNAVAILABLE,
                    "'%s' can't be written: %s (expected: a folder that can be written to)".formatted(target, e),
                    e);
        } finally {
            delete(part);
        }
        throw new SlipwayException(
                ErrorCode.NOT_FOUND, "%s was not found; %s".formatted(artifact, String.join("; ", reasons)));
    }

    private static void delete(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            // It is found, and overwritten, by the next installation.
        }
    }
}
