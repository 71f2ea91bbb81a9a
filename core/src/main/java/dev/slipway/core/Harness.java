package dev.slipway.core;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.ServableId;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionPolicy;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One version's state machine. Touched by the manager's loop alone.
 *
 * <pre>
 * NEW -> LOADING -> AVAILABLE -> UNLOADING -> ENDED
 *  ^        v
 *  +-- QUARANTINED -> ENDED
 * </pre>
 */
final class Harness {
    private final ServableId id;
    private AspiredVersions.Version wish;

    /** Read by load threads too, which skip what nobody wants any more. */
    private volatile boolean aspired = true;

    private VersionState state = VersionState.NEW;
    private Instant since;

    /** The files that were last loaded, or tried. */
    private String triedFingerprint = "";

    /** Whether a load is under way: the first, or one that replaces what is served. */
    private boolean loading;

    private int failures;
    private long sizeBytes;
    private @Nullable Slot slot;
    private @Nullable SlipwayException error;
    private @Nullable Instant retryAt;
    private Runnable cancelRetry = () -> {};

    Harness(ServableId id, AspiredVersions.Version wish, Instant now) {
        this.id = id;
        this.wish = wish;
        this.since = now;
    }

    ServableId id() {
        return id;
    }

    VersionState state() {
        return state;
    }

    Instant since() {
        return since;
    }

    AspiredVersions.Version wish() {
        return wish;
    }

    boolean isAspired() {
        return aspired;
    }

    @Nullable
    Slot slot() {
        return slot;
    }

    @Nullable
    SlipwayException error() {
        return error;
    }

    int failures() {
        return failures;
    }

    /** Notes that the source wants this version, with files that may be new. */
    void aspire(AspiredVersions.Version newest) {
        aspired = true;
        wish = newest;
    }

    void dropAspiration() {
        aspired = false;
    }

    /** Whether the files have changed since the last attempt, and nothing is being done about it. */
    boolean hasUntriedFiles() {
        boolean tried = state == VersionState.AVAILABLE || state == VersionState.QUARANTINED;
        return aspired && tried && !loading && !wish.fingerprint().equals(triedFingerprint);
    }

    /** A quarantined version whose files changed starts afresh. */
    void reset(Instant now) {
        cancelRetry();
        failures = 0;
        move(VersionState.NEW, now);
    }

    /** The same files are to be tried again; answers whether that changed the state. */
    boolean retry(Instant now) {
        cancelRetry();
        if (!aspired || loading || error == null) {
            return false;
        }
        if (state == VersionState.QUARANTINED) {
            move(VersionState.NEW, now);
            return true;
        }
        // Served from earlier files: makes the newest look untried, so that they are loaded beside what is served.
        triedFingerprint = "";
        return false;
    }

    void beginLoad(Instant now) {
        loading = true;
        triedFingerprint = wish.fingerprint();
        if (state == VersionState.NEW) {
            move(VersionState.LOADING, now);
        }
    }

    /** Takes what was loaded and answers what it replaces, if anything. */
    @Nullable
    Slot endLoad(Slot loaded, long bytes, Instant now) {
        loading = false;
        failures = 0;
        error = null;
        sizeBytes = bytes;
        Slot replaced = slot;
        slot = loaded;
        move(VersionState.AVAILABLE, now);
        return replaced;
    }

    /** The load failed. What was served before goes on being served. */
    void failLoad(SlipwayException reason, Instant now) {
        loading = false;
        failures++;
        error = reason;
        if (slot == null) {
            move(VersionState.QUARANTINED, now);
        }
    }

    void planRetry(Instant at, Runnable cancel) {
        retryAt = at;
        cancelRetry = cancel;
    }

    void cancelRetry() {
        cancelRetry.run();
        cancelRetry = () -> {};
        retryAt = null;
    }

    void beginUnload(Instant now) {
        move(VersionState.UNLOADING, now);
    }

    /** Nothing of this version is held any more. */
    void end(Instant now) {
        cancelRetry();
        slot = null;
        move(VersionState.ENDED, now);
    }

    /** Whether nothing holds this version back from being forgotten. */
    boolean isEndable() {
        return !aspired && !loading && (state == VersionState.NEW || state == VersionState.QUARANTINED);
    }

    boolean isLoading() {
        return loading;
    }

    /**
     * As the policy is to see it: a version whose files are being replaced, but that is wanted no longer, is still
     * loading, and can be unloaded once it is known which of its slots is the last.
     */
    VersionPolicy.Version forPolicy() {
        VersionState shown = loading && !aspired ? VersionState.LOADING : state;
        return new VersionPolicy.Version(id.version(), shown, aspired);
    }

    VersionStatus status() {
        return new VersionStatus(
                id.version(),
                state,
                since,
                wish.loader().format(),
                new VersionStatus.Memory(sizeBytes, 0),
                error,
                retryAt,
                List.of());
    }

    private void move(VersionState next, Instant now) {
        state = next;
        since = now;
    }
}
