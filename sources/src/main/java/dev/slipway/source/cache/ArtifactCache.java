package dev.slipway.source.cache;

import dev.slipway.api.ByteSize;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Keeps what was fetched, by its content, in a folder that threads and processes may share. An artifact comes to its
 * place by one rename, complete; whoever is killed at any moment leaves none that is not.
 *
 * <pre>
 * entries/ADDRESS/files/...   an artifact, under the SHA-256 of its manifest
 * entries/ADDRESS/manifest    its files, sizes and SHA-256; touched when it is used
 * refs/KEY                    the address of what a source knows as KEY, and where in it the model is
 * work/KEY/                   one in the making
 * locks/                      lock, work-*, use-*: 4,096 of each at most, shared by what begins with the same digits
 * trash/                      what is being deleted
 * </pre>
 */
public final class ArtifactCache {
    private static final System.Logger LOG = System.getLogger(ArtifactCache.class.getName());
    private static final Duration WORK_KEPT = Duration.ofDays(7);
    private static final int STRIPE_DIGITS = 3;

    private final Path folder;
    private final long bytesMax;
    private final Clock clock;

    /**
     * @param folder made when something is first fetched
     * @param bytesMax for all artifacts together, at least 1; what is being fetched comes on top
     */
    public ArtifactCache(Path folder, long bytesMax) {
        this(folder, bytesMax, Clock.systemUTC());
    }

    ArtifactCache(Path folder, long bytesMax, Clock clock) {
        if (bytesMax < 1) {
            throw new IllegalArgumentException("bytesMax: %d (expected: >= 1)".formatted(bytesMax));
        }
        this.folder = folder.toAbsolutePath().normalize();
        this.bytesMax = bytesMax;
        this.clock = clock;
    }

    /** An artifact that is here. */
    private record Entry(Path path, long bytes, Instant used) {
        String address() {
            return path.getFileName().toString();
        }
    }

    /** What is to be done while no other thread or process changes the cache. */
    private interface Step<T> {
        T run() throws IOException;
    }

    /**
     * The artifact that is known as {@code key}, kept until the lease is closed; empty when it is not here.
     *
     * @param key 64 hexadecimal digits, which say where it comes from and which state of it
     * @throws SlipwayException {@code UNAVAILABLE} when the folder can't be used, {@code CANCELLED} when interrupted
     */
    public Optional<Lease> find(String key) {
        return alone(() -> {
            Optional<Ref> ref = Ref.read(ref(key));
            return ref.isPresent() ? lease(ref.get()) : Optional.empty();
        });
    }

    /**
     * Begins, or takes up again, the artifact that is to be known as {@code key}, once nobody else is at it.
     *
     * @throws SlipwayException as {@link #find}
     */
    public Work begin(String key) {
        ExclusiveLock lock = lock("work-" + stripe(key));
        Work work = new Work(key, folder.resolve("work").resolve(key), lock);
        try {
            Trees.delete(work.entry());
            Files.createDirectories(work.parts());
            Files.createDirectories(work.files());
            return work;
        } catch (IOException e) {
            work.close();
            throw Failures.of(folder, e);
        }
    }

    /**
     * Takes an artifact whose files are complete, and keeps it until the lease is closed.
     *
     * @param model where in {@link Work#files()} the model is: a folder, or a single file
     * @throws SlipwayException as {@link #find}; {@code RESOURCE_EXHAUSTED} when there is no room for it
     */
    public Lease commit(Work work, Path model) {
        try {
            String place = work.files().relativize(model).toString().replace('\\', '/');
            Manifest manifest = Manifest.of(work.files());
            manifest.write(work.entry().resolve("manifest"));
            Lease lease = alone(() -> {
                        String address = manifest.address();
                        if (Files.exists(entry(address)) && !isIntact(entry(address))) {
                            discard(entry(address));
                        }
                        if (!Files.exists(entry(address))) {
                            evictFor(manifest.bytes());
                            move(work.entry(), entry(address));
                        }
                        Ref ref = new Ref(address, place);
                        move(ref.write(work.folder().resolve("ref")), ref(work.key()));
                        return lease(ref);
                    })
                    .orElseThrow(() -> new IOException("an artifact vanished as it was taken"));
            Trees.delete(work.folder());
            return lease;
        } catch (IOException e) {
            throw Failures.of(folder, e);
        }
    }

    /**
     * Makes room for an artifact, so that what does not fit is refused before it is fetched.
     *
     * @throws SlipwayException {@code RESOURCE_EXHAUSTED} when it can't be had
     */
    public void makeRoom(long bytes) {
        alone(() -> {
            evictFor(bytes);
            return true;
        });
    }

    /** Bytes of all artifacts that are here. */
    public long bytes() {
        return alone(() -> entries().stream().mapToLong(Entry::bytes).sum());
    }

    private Optional<Lease> lease(Ref ref) throws IOException {
        Path entry = entry(ref.address());
        if (!Files.exists(entry)) {
            return Optional.empty();
        }
        if (!isIntact(entry)) {
            discard(entry);
            return Optional.empty();
        }
        Path mark = locks().resolve("use-" + stripe(ref.address()));
        SharedLocks.acquire(mark);
        Files.setLastModifiedTime(entry.resolve("manifest"), FileTime.from(clock.instant()));
        return Optional.of(new Lease(entry.resolve("files").resolve(ref.place()), mark));
    }

    private static boolean isIntact(Path entry) {
        try {
            return Manifest.read(entry.resolve("manifest")).matches(entry.resolve("files"));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "artifact {0} is broken, and fetched again: {1}", entry.getFileName(), e);
            return false;
        }
    }

    /** Deletes what was used longest ago, of what nobody holds, until {@code bytes} more fit. */
    private void evictFor(long bytes) throws IOException {
        putAwayAbandoned();
        List<Entry> entries = entries();
        long held = entries.stream().mapToLong(Entry::bytes).sum();
        for (Entry entry : entries) {
            if (fits(held, bytes)) {
                break;
            }
            if (SharedLocks.isFree(locks().resolve("use-" + stripe(entry.address())))) {
                discard(entry.path());
                held -= entry.bytes();
            }
        }
        if (!fits(held, bytes)) {
            throw new SlipwayException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "artifact cache needs %s (budget: %s; held by what is loaded: %s; free on the disk: %s)"
                            .formatted(
                                    ByteSize.format(bytes),
                                    ByteSize.format(bytesMax),
                                    ByteSize.format(held),
                                    ByteSize.format(freeBytes())));
        }
    }

    private boolean fits(long held, long bytes) throws IOException {
        return bytes <= bytesMax - held && bytes <= freeBytes();
    }

    private long freeBytes() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    /** Artifacts, the one that was used longest ago first. */
    private List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (Path path : Trees.children(folder.resolve("entries"))) {
            Path manifest = path.resolve("manifest");
            try {
                long bytes = Manifest.read(manifest).bytes();
                entries.add(new Entry(
                        path, bytes, Files.getLastModifiedTime(manifest).toInstant()));
            } catch (IOException e) {
                LOG.log(Level.WARNING, "artifact {0} is broken, and deleted: {1}", path.getFileName(), e);
                discard(path);
            }
        }
        entries.sort(Comparator.comparing(Entry::used));
        return entries;
    }

    /** Refs to nothing, and works that nobody has taken up for long; a work's lock tells whether somebody is at it. */
    private void putAwayAbandoned() throws IOException {
        for (Path ref : Trees.children(folder.resolve("refs"))) {
            Optional<Ref> known = Ref.read(ref);
            if (known.isEmpty() || !Files.exists(entry(known.get().address()))) {
                Files.deleteIfExists(ref);
            }
        }
        Instant oldest = clock.instant().minus(WORK_KEPT);
        for (Path work : Trees.children(folder.resolve("work"))) {
            if (Files.getLastModifiedTime(work).toInstant().isBefore(oldest)) {
                Path mark = locks().resolve("work-" + stripe(work.getFileName().toString()));
                Optional<ExclusiveLock> lock = ExclusiveLock.tryAcquire(mark);
                if (lock.isPresent()) {
                    try (ExclusiveLock held = lock.get()) {
                        LOG.log(Level.DEBUG, "{0} was abandoned; it is deleted under {1}", work, held);
                        discard(work);
                    }
                }
            }
        }
        for (Path rest : Trees.children(folder.resolve("trash"))) {
            Trees.delete(rest);
        }
    }

    /** Takes it out of sight by one rename, so that a half-deleted one is never seen. */
    private void discard(Path path) throws IOException {
        Path rest = folder.resolve("trash").resolve(UUID.randomUUID().toString());
        move(path, rest);
        Trees.delete(rest);
    }

    private static void move(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private <T> T alone(Step<T> step) {
        try (ExclusiveLock held = lock("lock")) {
            LOG.log(Level.TRACE, "{0}", held);
            return step.run();
        } catch (IOException e) {
            throw Failures.of(folder, e);
        }
    }

    private ExclusiveLock lock(String name) {
        try {
            Files.createDirectories(locks());
            return ExclusiveLock.acquire(locks().resolve(name));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SlipwayException(ErrorCode.CANCELLED, "interrupted while waiting for the artifact cache", e);
        } catch (IOException e) {
            throw Failures.of(folder, e);
        }
    }

    private static String stripe(String key) {
        return key.substring(0, STRIPE_DIGITS);
    }

    private Path locks() {
        return folder.resolve("locks");
    }

    private Path entry(String address) {
        return folder.resolve("entries").resolve(address);
    }

    private Path ref(String key) {
        return folder.resolve("refs").resolve(key);
    }
}
