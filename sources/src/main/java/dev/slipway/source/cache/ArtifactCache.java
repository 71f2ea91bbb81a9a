package dev.slipway.source.cache;

import java.nio.file.Path;

/** Keeps what was fetched, by its content, in a folder that processes may share. */
public final class ArtifactCache {
    private final Path folder;
    private final long bytesMax;

    public ArtifactCache(Path folder, long bytesMax) {
        this.folder = folder;
        this.bytesMax = bytesMax;
    }

    /** Where it lies. */
    public Path folder() {
        return folder;
    }

    /** Its budget. */
    public long bytesMax() {
        return bytesMax;
    }
}
