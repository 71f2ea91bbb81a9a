package dev.slipway.source.http;

import java.time.Duration;

/**
 * Bounds of a download.
 *
 * @param bytesMax size of one file
 * @param connectTimeout for a connection
 * @param answerTimeout from the request to the answer's first line
 * @param stallTimeout that no byte may come for
 * @param attemptsMax attempts in a row that bring next to nothing, at least 1
 * @param firstPause between the first two attempts; doubles, up to a minute, and is jittered
 */
public record DownloadLimits(
        long bytesMax,
        Duration connectTimeout,
        Duration answerTimeout,
        Duration stallTimeout,
        int attemptsMax,
        Duration firstPause) {
    /** 20 GiB; 10 s to connect, 30 s to an answer, 30 s of silence, 5 attempts from 0.5 s apart. */
    public static final DownloadLimits DEFAULT = new DownloadLimits(
            20L << 30,
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            5,
            Duration.ofMillis(500));

    public DownloadLimits {
        if (bytesMax < 1 || attemptsMax < 1) {
            throw new IllegalArgumentException(
                    "bytesMax: %d, attemptsMax: %d (expected: >= 1)".formatted(bytesMax, attemptsMax));
        }
    }

    /** The same with another size. */
    public DownloadLimits withBytesMax(long changed) {
        return new DownloadLimits(changed, connectTimeout, answerTimeout, stallTimeout, attemptsMax, firstPause);
    }
}
