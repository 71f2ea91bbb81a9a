package dev.slipway.source.archive;

/**
 * What an archive may ask for: a few kilobytes can hold petabytes.
 *
 * @param entriesMax files and folders
 * @param bytesMax bytes of all files together
 * @param ratioMax bytes that come out for one that went in, once {@code ratioFreeBytes} are out
 * @param ratioFreeBytes bytes that may come out whatever the ratio
 */
public record ArchiveLimits(int entriesMax, long bytesMax, int ratioMax, long ratioFreeBytes) {
    /** 100,000 entries, 64 GiB, 200 to 1 beyond the first 256 MiB. */
    public static final ArchiveLimits DEFAULT = new ArchiveLimits(100_000, 64L << 30, 200, 256L << 20);

    public ArchiveLimits {
        if (entriesMax < 1 || bytesMax < 1 || ratioMax < 1 || ratioFreeBytes < 0) {
            throw new IllegalArgumentException(
                    "entriesMax: %d, bytesMax: %d, ratioMax: %d, ratioFreeBytes: %d (expected: >= 1, the last >= 0)"
                            .formatted(entriesMax, bytesMax, ratioMax, ratioFreeBytes));
        }
    }
}
