package dev.slipway.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What there is to say of one version.
 *
 * @param version its number
 * @param state where it stands
 * @param since when it came there
 * @param format the files' format: {@code onnx}
 * @param memory what it takes
 * @param error why it is {@code QUARANTINED}, or why its changed files are not what is served
 * @param retryAt when it is tried again, if that is planned
 * @param history where it stood before, oldest first; the last few steps only
 */
public record VersionStatus(
        long version,
        VersionState state,
        Instant since,
        String format,
        Memory memory,
        @Nullable SlipwayException error,
        @Nullable Instant retryAt,
        List<Step> history) {
    public VersionStatus {
        history = List.copyOf(history);
    }

    /** Without a history, and with memory that was not measured. */
    public VersionStatus(
            long version,
            VersionState state,
            Instant since,
            String format,
            long expectedBytes,
            @Nullable SlipwayException error,
            @Nullable Instant retryAt) {
        this(version, state, since, format, new Memory(expectedBytes, 0), error, retryAt, List.of());
    }

    /** Memory it holds, or is expected to hold, in bytes; 0 when not known. */
    public long sizeBytes() {
        return memory.measuredBytes() > 0 ? memory.measuredBytes() : memory.expectedBytes();
    }

    /**
     * Memory of a version, in bytes.
     *
     * @param expectedBytes what its headers let expect; 0 when not known
     * @param measuredBytes by how much the process grew when it was loaded and warmed up; 0 when it was not measured
     */
    public record Memory(long expectedBytes, long measuredBytes) {
        public static final Memory UNKNOWN = new Memory(0, 0);
    }

    /**
     * A state that a version was in.
     *
     * @param state which
     * @param since from when on
     * @param reason why it came there; empty when there is nothing to say
     */
    public record Step(VersionState state, Instant since, String reason) {}
}
