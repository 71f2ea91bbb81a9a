package dev.slipway.source;

import dev.slipway.api.ServableId;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Source;
import dev.slipway.source.cache.Hashes;
import dev.slipway.source.http.Download;
import dev.slipway.source.http.HttpLocation;
import dev.slipway.source.http.Validator;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiFunction;

/** Watches a URL, which is one version of one model. One whose SHA-256 is stated never changes, and is not asked for. */
final class HttpWatch implements Watch {
    private static final System.Logger LOG = System.getLogger(HttpWatch.class.getName());

    private final RemoteModel model;
    private final HttpLocation location;
    private final Download download;
    private final ModelVersions versions;

    /** Stands for what a server says nothing of, which is fetched anew by each process. */
    private final String unknown = UUID.randomUUID().toString();

    HttpWatch(RemoteModel model, Download download, BiFunction<RemoteVersion, Watch, RemoteLoader> loaders) {
        this.model = model;
        this.location = HttpLocation.parse(model.location());
        this.download = download;
        this.versions = new ModelVersions(model.name(), model.selection(), version -> loaders.apply(version, this));
    }

    @Override
    public synchronized Outcome look(Source.Target target) {
        try {
            SortedMap<Long, ModelVersions.Sighting> there = new TreeMap<>();
            RemoteVersion version = version();
            there.put(version.id().version(), new ModelVersions.Sighting(version, true));
            Outcome outcome = versions.observe(there, Duration.ZERO, Instant.EPOCH);
            versions.state(target);
            return outcome;
        } catch (SlipwayException e) {
            LOG.log(Level.WARNING, "model ''{0}'': {1}; what is served stays", model.name(), e.getMessage());
            target.unseen(model.name(), e);
            return Outcome.UNSEEN;
        }
    }

    @Override
    public synchronized void restate(String name, Source.Target target) {
        if (name.equals(model.name())) {
            versions.state(target);
        }
    }

    private RemoteVersion version() {
        ServableId id = new ServableId(model.name(), location.version().orElse(1));
        boolean isPinned = location.sha256().isPresent();
        Validator listed = isPinned ? new Validator("", "", -1) : download.probe(location);
        String state = isPinned ? location.sha256().get() : location.uri() + " " + listed.fingerprint();
        boolean isKnown = isPinned || !listed.fingerprint().equals("unknown");
        String folder = location.version().isPresent() ? location.version().toString() : "";
        String key =
                Hashes.sha256(String.join("\n", "http", state, location.fileName(), folder, isKnown ? "" : unknown));
        RemoteFile file = new RemoteFile(location.fileName(), Download.Request.of(location), listed);
        return new RemoteVersion(
                id,
                isPinned ? location.sha256().get() : listed.fingerprint(),
                key,
                List.of(file),
                "",
                new RemoteVersion.Packed(true, location.version()));
    }
}
