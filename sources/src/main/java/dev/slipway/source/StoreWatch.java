package dev.slipway.source;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ServableId;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Source;
import dev.slipway.source.cache.Hashes;
import dev.slipway.source.http.Download;
import dev.slipway.source.http.Validator;
import dev.slipway.source.s3.Listing;
import dev.slipway.source.s3.ObjectStore;
import dev.slipway.source.s3.S3Location;
import dev.slipway.source.s3.StoredObject;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Watches a place in an object store, one model's or a repository's, by one listing of all that is below it. */
final class StoreWatch implements Watch {
    private static final System.Logger LOG = System.getLogger(StoreWatch.class.getName());

    /** Written as long ago, by whichever clock, a version needs no second look. */
    private static final Duration LONG_AGO = Duration.ofMinutes(2);

    private final Place place;
    private final Supplier<ObjectStore> store;
    private final BiFunction<RemoteVersion, Watch, RemoteLoader> loaders;
    private final Duration settleTime;
    private final Supplier<Instant> now;
    private final Map<String, ModelVersions> models = new HashMap<>();

    /**
     * What is watched.
     *
     * @param model its name; empty for a repository
     * @param selection which versions of the model, or of each of the repository's
     * @param others names that a repository's models do not take, since they are another's
     */
    record Place(S3Location location, String model, Selection selection, Set<String> others) {
        boolean isRepository() {
            return model.isEmpty();
        }
    }

    /** Makes loaders, and knows the time. */
    record Tools(BiFunction<RemoteVersion, Watch, RemoteLoader> loaders, Duration settleTime, Supplier<Instant> now) {}

    StoreWatch(Place place, Supplier<ObjectStore> store, Tools tools) {
        this.place = place;
        this.store = store;
        this.loaders = tools.loaders();
        this.settleTime = tools.settleTime();
        this.now = tools.now();
        if (!place.isRepository()) {
            models.put(place.model(), versionsOf(place.model()));
        }
    }

    @Override
    public synchronized Outcome look(Source.Target target) {
        Listing listing;
        try {
            listing = Listing.of(
                    store.get().list(place.location()), place.location().path());
            if (listing.isEmpty()) {
                throw new SlipwayException(ErrorCode.UNAVAILABLE, place.location() + " lists nothing");
            }
        } catch (SlipwayException e) {
            LOG.log(Level.WARNING, "{0}; what is served stays", e.getMessage());
            models.keySet().forEach(name -> target.unseen(name, e));
            return Outcome.UNSEEN;
        }
        if (!place.isRepository()) {
            return look(place.model(), listing, target);
        }
        SortedMap<String, Listing> found = listing.models();
        found.keySet().removeAll(place.others());
        boolean isChanged = dropAllBut(found.keySet(), target);
        boolean isSettling = false;
        for (Map.Entry<String, Listing> entry : found.entrySet()) {
            Outcome outcome = look(entry.getKey(), entry.getValue(), target);
            isChanged |= outcome == Outcome.CHANGED;
            isSettling |= outcome == Outcome.SETTLING;
        }
        return isSettling ? Outcome.SETTLING : isChanged ? Outcome.CHANGED : Outcome.UNCHANGED;
    }

    @Override
    public synchronized void restate(String model, Source.Target target) {
        ModelVersions known = models.get(model);
        if (known != null) {
            known.state(target);
        }
    }

    private ModelVersions versionsOf(String model) {
        return new ModelVersions(model, place.selection(), version -> loaders.apply(version, this));
    }

    /** A listing that is whole and not empty tells that a model is gone. */
    private boolean dropAllBut(Set<String> found, Source.Target target) {
        Set<String> gone = new TreeSet<>(models.keySet());
        gone.removeAll(found);
        for (String name : gone) {
            models.remove(name);
            target.aspire(new AspiredVersions(name, List.of()));
        }
        return !gone.isEmpty();
    }

    private Outcome look(String name, Listing listing, Source.Target target) {
        ModelVersions known = models.computeIfAbsent(name, this::versionsOf);
        SortedMap<Long, ModelVersions.Sighting> there = new TreeMap<>();
        Instant longAgo = now.get().minus(LONG_AGO);
        listing.versions().forEach((number, version) -> {
            boolean isAtRest = version.isMarked() || version.changed().isBefore(longAgo);
            there.put(number, new ModelVersions.Sighting(remote(new ServableId(name, number), version), isAtRest));
        });
        Outcome outcome = known.observe(there, settleTime, now.get());
        known.state(target);
        return outcome;
    }

    private RemoteVersion remote(ServableId id, Listing.Version version) {
        String folder = version.folder();
        List<RemoteFile> files = new ArrayList<>();
        version.files().forEach(item -> files.add(file(item)));
        version.besides().forEach(item -> files.add(file(item)));
        String key = Hashes.sha256(
                String.join("\n", "s3", store.get().toString(), place.location().bucket(), version.contents()));
        RemoteVersion.Packed packed =
                version.isPacked() ? new RemoteVersion.Packed(true, OptionalLong.empty()) : RemoteVersion.Packed.NO;
        return new RemoteVersion(id, version.fingerprint(), key, files, folder, packed);
    }

    private RemoteFile file(Listing.Item item) {
        StoredObject object = item.object();
        String bucket = place.location().bucket();
        String path =
                item.path().isEmpty() ? object.key().substring(object.key().lastIndexOf('/') + 1) : item.path();
        String etag = object.etag().isEmpty() ? "" : "\"" + object.etag() + "\"";
        Download.Request request =
                new Download.Request(() -> store.get().signed(bucket, object.key()), etag, object.bytes());
        return new RemoteFile(path, request, new Validator(etag, "", object.bytes()));
    }
}
