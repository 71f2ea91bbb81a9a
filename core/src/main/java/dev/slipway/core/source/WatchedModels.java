package dev.slipway.core.source;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Source.Target;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** The models that a source looks at, and what a look at each leads to. Used by the source's thread alone. */
final class WatchedModels {
    private static final System.Logger LOG = System.getLogger(WatchedModels.class.getName());

    private final Backends backends;
    private final RepositoryListing repository;
    private final DirectoryWatch watch;
    private final Clock clock;

    /** By model. */
    private final Map<String, ModelScan> scans = new HashMap<>();

    /** Models whose files were not at rest at the last look. */
    private final Set<String> settling = new HashSet<>();

    private FileSystemSource.Options options;

    WatchedModels(FileSystemSource.Options options, Backends backends, DirectoryWatch watch, Clock clock) {
        this.options = options;
        this.backends = backends;
        this.repository = new RepositoryListing(new ModelLayout(backends::recognises));
        this.watch = watch;
        this.clock = clock;
        options.models().forEach(this::adopt);
    }

    FileSystemSource.Options options() {
        return options;
    }

    /** Whether another look is due soon. */
    boolean isSettling() {
        return !settling.isEmpty();
    }

    /** Looks as {@code changed} says from now on, and states what is wanted no longer. */
    void switchTo(FileSystemSource.Options changed, Target target) {
        if (!Objects.equals(options.repository(), changed.repository())) {
            repository.forget();
        }
        boolean isSettledOtherwise = !options.settleTime().equals(changed.settleTime());
        options = changed;
        Set<String> named = names(changed.models());
        for (String name : Set.copyOf(scans.keySet())) {
            if (changed.exceptions().elsewhere().contains(name)) {
                forget(name);
            } else if (changed.repository() == null && !named.contains(name)) {
                forget(name);
                target.aspire(new AspiredVersions(name, List.of()));
            }
        }
        if (isSettledOtherwise) {
            scans.replaceAll((name, scan) -> scan.at(scan.location(), changed.settleTime()));
        }
        changed.models().forEach(this::adopt);
    }

    /** Looks at a model there from now on; what is known of the same files is kept. */
    private void adopt(ModelLocation location) {
        ModelScan known = scans.get(location.name());
        if (known == null) {
            scans.put(location.name(), new ModelScan(location, backends, options.settleTime(), clock));
        } else if (!known.location().equals(location)) {
            scans.put(location.name(), known.at(location, options.settleTime()));
        }
    }

    private void forget(String name) {
        scans.remove(name);
        settling.remove(name);
    }

    private static Set<String> names(List<ModelLocation> models) {
        return models.stream().map(ModelLocation::name).collect(Collectors.toSet());
    }

    /** Whether changes there may bring or take models. */
    boolean isAboutAll(Set<Path> changed) {
        return changed.contains(options.repository())
                || options.models().stream()
                        .map(location -> location.path().getParent())
                        .anyMatch(changed::contains);
    }

    /** Looks at the models that {@code changed} directories concern, and at those that were not at rest. */
    void lookAtSome(Set<Path> changed, Target target) {
        Set<String> due = new HashSet<>(settling);
        scans.forEach((name, scan) -> {
            if (changed.stream()
                    .anyMatch(path -> path.startsWith(scan.location().path()))) {
                due.add(name);
            }
        });
        due.forEach(name -> look(name, target));
    }

    /** Looks for models, and at each. */
    void lookAtAll(Target target) {
        Path root = options.repository();
        if (root != null) {
            findModels(root, target);
        }
        Set.copyOf(scans.keySet()).forEach(name -> look(name, target));
    }

    /** Brings the known models in line with the repository's listing, if that can be had and is not empty. */
    private void findModels(Path root, Target target) {
        watch.add(root);
        Map<String, Path> found = repository.list(root);
        if (found.isEmpty()) {
            return;
        }
        Set<String> others = names(options.models());
        others.addAll(options.exceptions().elsewhere());
        found.forEach((name, path) -> {
            if (!others.contains(name)) {
                adopt(new ModelLocation(name, path, options.selection(name)));
            }
        });
        Set<String> gone = new HashSet<>(scans.keySet());
        gone.removeAll(found.keySet());
        gone.removeAll(others);
        for (String name : gone) {
            forget(name);
            target.aspire(new AspiredVersions(name, List.of()));
        }
        for (String name : options.exceptions().selections().keySet()) {
            if (!found.containsKey(name)) {
                target.unseen(name, RepositoryListing.missing(name, root, found.keySet()));
            }
        }
    }

    /** Looks at one model and states what it wants of it; a model that can't be seen never disturbs another. */
    private void look(String name, Target target) {
        ModelScan scan = scans.get(name);
        if (scan == null) {
            return;
        }
        Path path = scan.location().path();
        try {
            watchAll(path);
            ModelScan.Outcome outcome = scan.look();
            if (outcome.isSettling()) {
                settling.add(name);
            } else {
                settling.remove(name);
            }
            if (!outcome.wanted().versions().isEmpty()) {
                target.aspire(outcome.wanted());
            } else if (!outcome.isSettling()) {
                target.unseen(name, RepositoryListing.noVersion(path, outcome.found()));
            }
        } catch (IOException | RuntimeException | Error e) {
            if (Files.exists(path)) {
                // Files may vanish while we look: look again soon.
                settling.add(name);
            } else {
                settling.remove(name);
            }
            LOG.log(Level.WARNING, "model ''{0}'': {1}", name, RepositoryListing.describe(path, e));
            String reason = e instanceof NoSuchFileException ? "is not there" : "can't be read now";
            target.unseen(
                    name,
                    new SlipwayException(
                            ErrorCode.UNAVAILABLE, "folder '%s' %s".formatted(path.getFileName(), reason), e));
        }
    }

    /** Watches the model's directory, its versions, and the place where it would appear again. */
    private void watchAll(Path path) throws IOException {
        Path parent = path.getParent();
        if (parent != null) {
            watch.add(parent);
        }
        if (Files.isDirectory(path)) {
            watch.add(path);
            for (Path child : ModelLayout.children(path)) {
                if (Files.isDirectory(child)) {
                    watch.add(child);
                }
            }
        }
    }
}
