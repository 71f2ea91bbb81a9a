package dev.slipway.core;

import dev.slipway.api.ByteSize;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;

/** A load was refused before it began, since it needs more memory than is free. */
final class MemoryShortage extends SlipwayException {
    private static final long serialVersionUID = 1;

    private final long neededBytes;

    /** @param neededBytes in all, and not just what is missing */
    MemoryShortage(long neededBytes, long freeBytes) {
        this(neededBytes, "needs %s (free: %s)".formatted(ByteSize.format(neededBytes), ByteSize.format(freeBytes)));
    }

    private MemoryShortage(long neededBytes, String message) {
        super(ErrorCode.RESOURCE_EXHAUSTED, message);
        this.neededBytes = neededBytes;
    }

    /** Unloading all that may be unloaded would not do. */
    static MemoryShortage inSpiteOf(long neededBytes, long freeBytes, long freeableBytes) {
        if (freeableBytes == 0) {
            return new MemoryShortage(neededBytes, freeBytes);
        }
        return new MemoryShortage(
                neededBytes,
                "needs %s (free: %s, %s could be freed)"
                        .formatted(
                                ByteSize.format(neededBytes),
                                ByteSize.format(freeBytes),
                                ByteSize.format(freeableBytes)));
    }

    long neededBytes() {
        return neededBytes;
    }
}
