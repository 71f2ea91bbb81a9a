package dev.slipway.server.triton;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.openinference.SharedMemory;
import dev.slipway.protocol.openinference.SharedPlace;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The regions of system shared memory that clients have registered. Thread-safe.
 *
 * @see <a href="https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_shared_memory.md">
 *     Triton: shared memory extension</a>
 */
public final class SharedRegions implements SharedMemory, AutoCloseable {
    /** Where Linux has what {@code shm_open} makes. */
    public static final Path DEV_SHM = Path.of("/dev/shm");

    /** Each holds a file open. */
    private static final int REGIONS_MAX = 1024;

    private final Path folder;

    /** By name; touched while this object's monitor is held. */
    private final Map<String, SharedRegion> regions = new TreeMap<>();

    /** @param folder in which keys are names of files */
    public SharedRegions(Path folder) {
        this.folder = folder;
    }

    /** What clients see of a region. */
    public record Status(String name, String key, long offset, long byteSize) {}

    /**
     * Makes a file's bytes known under a name.
     *
     * @throws SlipwayException {@code ALREADY_EXISTS} for a name that is taken; {@code INVALID_ARGUMENT} for a key that is no
     *     shared memory of that size; {@code RESOURCE_EXHAUSTED} when there are too many
     */
    public void register(Status wanted) {
        if (wanted.name().isEmpty() || wanted.offset() < 0 || wanted.byteSize() <= 0) {
            throw invalid("shared memory region '%s' with offset %d and byte_size %d (expected: a name, >= 0, and > 0)"
                    .formatted(wanted.name(), wanted.offset(), wanted.byteSize()));
        }
        Path file = file(wanted.key());
        synchronized (this) {
            if (regions.containsKey(wanted.name())) {
                throw new SlipwayException(
                        ErrorCode.ALREADY_EXISTS,
                        "shared memory region '%s' is registered already (expected: another name, or to unregister it first)"
                                .formatted(wanted.name()));
            }
            if (regions.size() >= REGIONS_MAX) {
                throw new SlipwayException(
                        ErrorCode.RESOURCE_EXHAUSTED,
                        "%d shared memory regions are registered (expected: fewer)".formatted(REGIONS_MAX));
            }
            regions.put(wanted.name(), new SharedRegion(wanted, file));
        }
    }

    /** The file of a key as {@code shm_open} takes it: a name, with or without a slash before it. */
    private Path file(String key) {
        String name = key.startsWith("/") ? key.substring(1) : key;
        boolean isName = !name.isEmpty()
                && name.indexOf('/') < 0
                && name.indexOf('\0') < 0
                && !name.equals(".")
                && !name.equals("..");
        if (!isName) {
            throw invalid("shared memory key '%s' (expected: the name of a file in %s)".formatted(key, folder));
        }
        Path file = folder.resolve(name);
        // A link could lead anywhere.
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw invalid("shared memory key '%s' is not in %s (expected: one that a client has made)"
                    .formatted(key, folder));
        }
        return file;
    }

    /**
     * Forgets a region; what copies from it or to it now does so to its end.
     *
     * @param name empty for all; one that is not there is none to forget, as in Triton
     */
    public synchronized void unregister(String name) {
        regions.values().removeIf(region -> {
            boolean isMeant = name.isEmpty() || name.equals(region.status().name());
            if (isMeant) {
                region.close();
            }
            return isMeant;
        });
    }

    /**
     * What is registered.
     *
     * @param name empty for all
     * @throws SlipwayException {@code NOT_FOUND} for a name that is not
     */
    public synchronized List<Status> status(String name) {
        if (!name.isEmpty() && !regions.containsKey(name)) {
            throw unknown(name);
        }
        return regions.values().stream()
                .map(SharedRegion::status)
                .filter(region -> name.isEmpty() || name.equals(region.name()))
                .toList();
    }

    @Override
    public ByteBuffer read(SharedPlace place) {
        return find(place.region()).read(place);
    }

    @Override
    public void write(SharedPlace place, ByteBuffer bytes) {
        find(place.region()).write(place, bytes);
    }

    private SharedRegion find(String name) {
        SharedRegion region;
        synchronized (this) {
            region = regions.get(name);
        }
        if (region == null) {
            throw unknown(name);
        }
        return region;
    }

    static SlipwayException unknown(String name) {
        return new SlipwayException(ErrorCode.NOT_FOUND, "shared memory region '%s' is not registered".formatted(name));
    }

    @Override
    public void close() {
        unregister("");
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }
}
