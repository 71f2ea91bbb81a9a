package dev.slipway.source;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.ServableId;
import dev.slipway.api.SlipwayException;
import dev.slipway.source.archive.Archive;
import dev.slipway.source.archive.SafePath;
import dev.slipway.source.cache.ArtifactCache;
import dev.slipway.source.cache.Lease;
import dev.slipway.source.cache.Work;
import dev.slipway.source.http.Download;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Brings versions into the cache; each once, however many ask for it, in however many processes. Thread-safe. */
final class Fetcher {
    private final ArtifactCache cache;
    private final Download download;
    private final Archive archive;
    private final Map<ServableId, Progress> progress = new ConcurrentHashMap<>();

    Fetcher(Remotes remotes, Download download) {
        this.cache = remotes.cache();
        this.download = download;
        this.archive = new Archive(remotes.archives());
    }

    /** How far the fetches that are under way have come. */
    Map<ServableId, Progress> progress() {
        return new HashMap<>(progress);
    }

    /**
     * The version's files, which stay until the lease is closed; fetches them first if they are not here.
     *
     * @throws SlipwayException as {@link Download#fetch}, {@link Archive#unpack} and {@link ArtifactCache} say
     */
    Lease fetch(RemoteVersion version) {
        Optional<Lease> here = cache.find(version.key());
        if (here.isPresent()) {
            return here.get();
        }
        try (Work work = cache.begin(version.key())) {
            // Somebody else may have fetched it while this thread waited.
            Optional<Lease> meanwhile = cache.find(version.key());
            return meanwhile.isPresent() ? meanwhile.get() : fetch(version, work);
        } finally {
            progress.remove(version.id());
        }
    }

    private Lease fetch(RemoteVersion version, Work work) {
        List<RemoteFile> files = version.files();
        long total = total(files);
        cache.makeRoom(Math.max(total, 0));
        long done = 0;
        try {
            for (int i = 0; i < files.size(); i++) {
                Download.Fetched fetched = fetch(version, files.get(i), work, i, done, total);
                done += Files.size(fetched.path());
            }
            return cache.commit(work, place(version, work));
        } catch (SlipwayException e) {
            if (RemoteLoader.isLasting(e)) {
                // What can't be a model need not be kept to go on from.
                work.drop();
            }
            throw e;
        } catch (FileAlreadyExistsException e) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "version %s has a name twice, or as a file and a folder".formatted(version.id()),
                    e);
        } catch (IOException e) {
            throw new SlipwayException(
                    ErrorCode.UNAVAILABLE, "version %s can't be written to disk: %s".formatted(version.id(), e), e);
        }
    }

    /** Brings what was fetched to its place, and says where the model is. */
    private Path place(RemoteVersion version, Work work) throws IOException {
        Path model = SafePath.below(work.files(), version.place());
        for (int i = 0; i < version.files().size(); i++) {
            Path part = work.parts().resolve(i + ".done");
            Path place = SafePath.below(work.files(), version.files().get(i).path());
            Path folder = Files.createDirectories(Objects.requireNonNull(place.getParent()));
            if (i == 0 && version.packed().may()) {
                String name = place.getFileName().toString();
                model = archive.unpack(part, name, folder, version.packed().folder());
            } else {
                Files.move(part, place);
            }
        }
        return model;
    }

    private Download.Fetched fetch(
            RemoteVersion version, RemoteFile file, Work work, int number, long before, long total) throws IOException {
        String name = Integer.toString(number);
        Download.Fetched fetched = download.fetch(
                file.request(),
                work.parts(),
                name,
                (done, fileTotal) -> progress.put(
                        version.id(),
                        new Progress(before + done, version.files().size() == 1 ? fileTotal : total)));
        if (fetched.validator().contradicts(file.listed())) {
            Files.deleteIfExists(fetched.path());
            throw new SlipwayException(
                    ErrorCode.UNAVAILABLE,
                    "version %s changed while it was fetched; it is looked at again".formatted(version.id()));
        }
        return fetched;
    }

    /** Bytes of all files; -1 when somebody has not said. */
    private static long total(List<RemoteFile> files) {
        boolean isKnown = files.stream().allMatch(file -> file.listed().bytes() >= 0);
        return isKnown ? files.stream().mapToLong(file -> file.listed().bytes()).sum() : -1;
    }
}
