package dev.slipway.source;

import dev.slipway.source.archive.ArchiveLimits;
import dev.slipway.source.cache.ArtifactCache;
import dev.slipway.source.http.DownloadLimits;
import dev.slipway.source.s3.S3Settings;

/**
 * What fetching needs.
 *
 * @param cache where files come to lie; may be shared by many sources and processes
 * @param s3 how object stores are reached
 * @param downloads bounds of a download
 * @param archives bounds of an archive
 */
public record Remotes(ArtifactCache cache, S3Settings s3, DownloadLimits downloads, ArchiveLimits archives) {
    /** With the usual limits. */
    public Remotes(ArtifactCache cache, S3Settings s3) {
        this(cache, s3, DownloadLimits.DEFAULT, ArchiveLimits.DEFAULT);
    }
}
