package dev.slipway.source.cache;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What it means that the cache's folder can't be read or written. */
final class Failures {
    private Failures() {}

    static SlipwayException of(Path folder, IOException e) {
        if (e instanceof ClosedByInterruptException) {
            return new SlipwayException(ErrorCode.CANCELLED, "interrupted while using the artifact cache", e);
        }
        String reason = e instanceof FileSystemException known && known.getReason() != null
                ? known.getReason()
                : e instanceof NoSuchFileException ? "no such file" : e.toString();
        return new SlipwayException(
                ErrorCode.UNAVAILABLE, "artifact cache %s can't be used: %s".formatted(folder, reason), e);
    }
}
