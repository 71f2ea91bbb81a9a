package dev.slipway.server.backend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A folder on this machine.
 *
 * @param folder with the files side by side, or laid out as a Maven repository
 */
record FolderSource(Path folder) implements ArtifactSource {
    @Override
    public String name() {
        return folder.toString();
    }

    @Override
    public String fetch(Artifact artifact, Path target, LongConsumer progress) throws IOException {
        for (String place : List.of(artifact.fileName(), artifact.repositoryPath())) {
            Path file = folder.resolve(place);
            if (Files.isRegularFile(file)) {
                try {
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                } catch (NoSuchFileException e) {
                    continue;
                }
                progress.accept(artifact.bytes());
                return "";
            }
        }
        return "neither %s nor %s is there".formatted(artifact.fileName(), artifact.repositoryPath());
    }
}
