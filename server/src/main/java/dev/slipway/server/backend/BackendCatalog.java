package dev.slipway.server.backend;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The backends of a distribution: what there is, what of it is installed, and installing. */
public final class BackendCatalog {
    private final List<BackendFolder> folders;

    /** @param home the distribution's folder */
    public BackendCatalog(Path home) {
        List<BackendFolder> all = new ArrayList<>(BackendFolder.all(home.resolve("backends")));
        // Sinks of the prediction log are installed the same way.
        all.addAll(BackendFolder.all(home.resolve(SinkFolder.SINKS)));
        this.folders = List.copyOf(all);
    }

    /**
     * A backend, installed or not.
     *
     * @param title what it opens
     * @param files how many files of others it needs
     * @param missing how many of these are not there
     * @param missingBytes how many bytes these are
     */
    public record Entry(String name, String title, int files, int missing, long missingBytes) {}

    /** All of them, by name. */
    public List<Entry> entries() {
        return folders.stream()
                .map(folder -> {
                    List<Artifact> missing = folder.missing();
                    return new Entry(
                            folder.name(),
                            folder.title(),
                            folder.artifacts().size(),
                            missing.size(),
                            missing.stream().mapToLong(Artifact::bytes).sum());
                })
                .toList();
    }

    /**
     * Fetches what is missing of a backend: from a folder; from a repository; or, where neither is named, from what Maven keeps
     * on this machine, and else from Maven Central.
     *
     * @param from with the files side by side, or laid out as a Maven repository
     * @param repository laid out as Maven's are
     * @return how many files were missing
     * @throws SlipwayException {@code NOT_FOUND} for an unknown backend, or a file that is nowhere; {@code FAILED_PRECONDITION}
     *     when what is there is another file; {@code INVALID_ARGUMENT} for a repository that is no address of a server; {@code
     *     UNAVAILABLE} when the folder can't be written to
     */
    public int install(String name, @Nullable Path from, @Nullable URI repository, InstallProgress progress) {
        BackendFolder folder = folders.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new SlipwayException(
                        ErrorCode.NOT_FOUND,
                        "no backend '%s' (expected: %s)"
                                .formatted(
                                        name,
                                        folders.stream()
                                                .map(BackendFolder::name)
                                                .collect(Collectors.joining(", ")))));
        List<ArtifactSource> sources;
        if (from != null) {
            sources = List.of(ArtifactSource.folder(from));
        } else if (repository != null) {
            sources = List.of(ArtifactSource.repository(repository));
        } else {
            sources = List.of(ArtifactSource.localMaven(), ArtifactSource.central());
        }
        return new Installer(sources, progress).install(folder);
    }
}
