package dev.slipway.protocol.openinference;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import org.jspecify.annotations.Nullable;

/**
 * Where a tensor lies in memory that client and server share.
 *
 * @param region its name
 * @param offset in bytes from the region's beginning
 * @param byteSize what the tensor may take there
 */
public record SharedPlace(String region, long offset, long byteSize) {
    public static final String REGION = "shared_memory_region";
    public static final String OFFSET = "shared_memory_offset";
    public static final String BYTE_SIZE = "shared_memory_byte_size";

    /** @throws SlipwayException {@code INVALID_ARGUMENT} below 0 */
    public SharedPlace {
        if (offset < 0 || byteSize < 0) {
            throw invalid("%s %d and %s %d (expected: >= 0)".formatted(OFFSET, offset, BYTE_SIZE, byteSize));
        }
    }

    /**
     * What a tensor's parameters say, each null where it is not there.
     *
     * @param use {@code input} or {@code output}
     * @return null when they say nothing of shared memory
     * @throws SlipwayException {@code INVALID_ARGUMENT} when only a part of it is there
     */
    public static @Nullable SharedPlace of(
            String use, String name, @Nullable String region, @Nullable Long offset, @Nullable Long byteSize) {
        if (region == null && byteSize == null && offset == null) {
            return null;
        }
        if (region == null || byteSize == null) {
            throw invalid("%s '%s' has no parameter %s (expected: both %s and %s, or neither)"
                    .formatted(use, name, region == null ? REGION : BYTE_SIZE, REGION, BYTE_SIZE));
        }
        return new SharedPlace(region, offset == null ? 0 : offset, byteSize);
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }
}
