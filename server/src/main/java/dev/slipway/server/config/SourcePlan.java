package dev.slipway.server.config;

import dev.slipway.core.source.FileSystemSource;
import dev.slipway.core.source.ModelLocation;
import dev.slipway.core.source.VersionSelection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which source looks where.
 *
 * @param local what lies in folders
 * @param remote what is fetched
 */
public record SourcePlan(FileSystemSource.Options local, Remote remote) {
    /**
     * What is fetched; equal ones ask for the same.
     *
     * @param repository a URL of many models; empty for none
     * @param versions which versions of the repository's models
     * @param models those with a URL of their own, and where the repository has one, those of it
     * @param poll time between two looks
     */
    public record Remote(
            String repository, VersionSelection versions, SortedMap<String, ModelConfig> models, Duration poll) {
        /** The URLs. */
        public SortedSet<String> locations() {
            SortedSet<String> locations = new TreeSet<>(Set.of(repository));
            models.values().forEach(model -> locations.add(model.location()));
            locations.remove("");
            return locations;
        }

        /** Whether there is nothing to fetch. */
        public boolean isEmpty() {
            return repository.isEmpty() && models.isEmpty();
        }
    }

    /**
     * @param config whose models are to be found
     * @param models what holds for single models, by name: those of {@code config}, and others that have files of their own
     */
    public static SourcePlan of(ServingConfig config, Map<String, ModelConfig> models) {
        boolean isRepositoryRemote = isUrl(config.repository());
        List<ModelLocation> located = new ArrayList<>();
        Map<String, VersionSelection> inFolder = new HashMap<>();
        SortedMap<String, ModelConfig> remote = new TreeMap<>();
        models.forEach((name, model) -> {
            if (isUrl(model.location()) || (model.location().isEmpty() && isRepositoryRemote)) {
                remote.put(name, model);
            } else if (model.location().isEmpty()) {
                inFolder.put(name, model.versions());
            } else {
                located.add(new ModelLocation(name, Path.of(model.location()), model.versions()));
            }
        });
        boolean isRepositoryLocal = !isRepositoryRemote && !config.repository().isEmpty();
        return new SourcePlan(
                new FileSystemSource.Options(
                        isRepositoryLocal ? Path.of(config.repository()) : null,
                        config.defaults().versions(),
                        located,
                        config.poll(),
                        config.settleTime(),
                        new FileSystemSource.Exceptions(inFolder, remote.keySet())),
                new Remote(
                        isRepositoryRemote ? config.repository() : "",
                        config.defaults().versions(),
                        remote,
                        config.poll()));
    }

    static boolean isUrl(String location) {
        return location.contains("://");
    }
}
