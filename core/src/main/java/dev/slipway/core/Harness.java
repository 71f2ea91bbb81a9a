package dev.slipway.core;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ServableId;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionPolicy;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One version's state machine. Touched by the manager's loop alone.
 *
 * <pre>
 * NEW -> LOADING -> WARMING -> AVAILABLE -> UNLOADING -> ENDED
 *  ^ <-> DORMANT <------------------------------+
 *  |        ^  v
 *  +----- QUARANTINED -> ENDED
 * </pre>
 */
final class Harness {
    private final ServableId id;
    private final History history;
    private final Waiters waiters = new Waiters();
    private final Retries retries = new Retries();
    private final Aspiration aspiration;

    /** The files that were last loaded, or tried. */
    private String triedFingerprint = "";

    /** The load under way: the first, or one that replaces what is served. */
    private @Nullable LoadTask task;

    /** Whether somebody has asked for it since it was last loaded. */
    private boolean demanded;

    /** Whether the load under way is of no use any more. */
    private boolean calledOff;

    /** Whether it is unloaded only to come back: to NEW, or to sleep. */
    private boolean returning;

    private long heldBytes;
    private VersionStatus.Memory memory = VersionStatus.Memory.UNKNOWN;
    private @Nullable Slot slot;
    private @Nullable SlipwayException error;
    /** What {@link #status()} answered, as long as it is true. */
    private @Nullable VersionStatus told;

    /** @param past of a version that has been there before */
    Harness(ServableId id, AspiredVersions.Version wish, List<VersionStatus.Step> past, Instant now) {
        this.id = id;
        this.aspiration = new Aspiration(wish);
        this.history = new History(past, new VersionStatus.Step(VersionState.NEW, now, ""));
    }

    ServableId id() {
        return id;
    }

    VersionState state() {
        return history.now().state();
    }

    Instant since() {
        return history.now().since();
    }

    Aspiration aspiration() {
        return aspiration;
    }

    Waiters waiters() {
        return waiters;
    }

    /** Whether it may be loaded. Any thread. */
    boolean isWanted() {
        return aspiration.isWanted();
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
        return retries.failures();
    }

    /** What is set aside for what is loaded, in bytes. */
    long heldBytes() {
        return heldBytes;
    }

    /** Whether a load is under way, or waits for memory. */
    boolean isLoading() {
        return task != null;
    }

    boolean isReturning() {
        return returning;
    }

    /** Notes that the source wants this version, with files that may be new. */
    void aspire(AspiredVersions.Version newest) {
        aspiration.aspire(newest);
        told = null;
    }

    /** Whether the files have changed since the last attempt, and nothing is being done about it. */
    boolean hasUntriedFiles() {
        boolean tried = state() == VersionState.AVAILABLE || state() == VersionState.QUARANTINED;
        return isWanted()
                && tried
                && task == null
                && !aspiration.wish().fingerprint().equals(triedFingerprint);
    }

    /** A version that sleeps, or could not be loaded, is to be loaded now. */
    void wake(Instant now) {
        demanded = true;
        reset(now);
    }

    /** A version whose files changed, or that is to be loaded as soon as it is wanted, starts afresh. */
    void reset(Instant now) {
        retries.forget();
        error = null;
        move(VersionState.NEW, now, "");
    }

    boolean isDemanded() {
        return demanded;
    }

    /** It is to be loaded as soon as what is left of it is closed. */
    void demandAgain() {
        demanded = true;
    }

    /** It waits until somebody asks for it. */
    void sleep(Instant now, String why) {
        retries.cancel();
        demanded = false;
        error = why.isEmpty() ? null : new SlipwayException(ErrorCode.UNAVAILABLE, why);
        move(VersionState.DORMANT, now, why);
    }

    /** The same files are to be tried again; answers whether that changed the state. */
    boolean retry(Instant now) {
        retries.cancel();
        told = null;
        if (!aspiration.isAspired() || task != null || error == null) {
            return false;
        }
        if (state() == VersionState.QUARANTINED) {
            move(VersionState.NEW, now, "");
            return true;
        }
        // Served from earlier files: makes the newest look untried, so that they are loaded beside what is served.
        triedFingerprint = "";
        return false;
    }

    void beginLoad(LoadTask attempt, Instant now) {
        retries.cancel();
        task = attempt;
        calledOff = false;
        triedFingerprint = aspiration.wish().fingerprint();
        if (state() == VersionState.NEW) {
            move(VersionState.LOADING, now, "");
        }
    }

    /** The same attempt goes on, with another task. */
    void continueLoad(LoadTask attempt) {
        task = attempt;
    }

    /** Answers whether that changed the state: a version that is served stays so. */
    boolean beginWarmUp(Instant now) {
        if (state() != VersionState.LOADING) {
            return false;
        }
        move(VersionState.WARMING, now, "");
        return true;
    }

    /** The load under way, or about to begin, is of no use any more. */
    void callOff() {
        if (task == null) {
            triedFingerprint = aspiration.wish().fingerprint();
        } else {
            calledOff = true;
            task.interrupt();
        }
    }

    /** Whether the load was called off. */
    boolean isCalledOff() {
        return calledOff;
    }

    /** Takes what was loaded and answers what it replaces, if anything. */
    @Nullable
    Slot endLoad(Slot loaded, Loading.Loaded what, Instant now) {
        task = null;
        calledOff = false;
        demanded = false;
        retries.forget();
        error = null;
        memory = what.memory();
        heldBytes = what.bytes();
        Slot replaced = slot;
        slot = loaded;
        move(VersionState.AVAILABLE, now, "");
        return replaced;
    }

    /** The load failed. What was served before goes on being served. */
    void failLoad(SlipwayException why, Instant now) {
        task = null;
        calledOff = false;
        demanded = false;
        retries.failed();
        error = why;
        told = null;
        if (slot == null) {
            move(VersionState.QUARANTINED, now, why.getMessage());
        }
    }

    /** The load ended before it began; answers whether that changed the state. */
    boolean skipLoad(Instant now) {
        task = null;
        calledOff = false;
        triedFingerprint = "";
        if (slot == null) {
            move(VersionState.NEW, now, "");
        }
        return slot == null;
    }

    void planRetry(Instant at, Runnable cancel) {
        retries.plan(at, cancel);
        told = null;
    }

    /** @param comesBack whether it goes on to be known, as long as it is wanted */
    void beginUnload(Instant now, String why, boolean comesBack) {
        retries.cancel();
        returning = comesBack;
        move(VersionState.UNLOADING, now, why);
    }

    /** What was loaded is closed, and it starts anew; or it goes to sleep, if that is given a reason. */
    void endUnload(Instant now, Optional<String> sleepReason) {
        letGo();
        sleepReason.ifPresentOrElse(why -> sleep(now, why), () -> reset(now));
    }

    /** Nothing of this version is held any more. */
    void end(Instant now) {
        retries.cancel();
        letGo();
        move(VersionState.ENDED, now, "");
    }

    private void letGo() {
        slot = null;
        heldBytes = 0;
        returning = false;
    }

    /** Whether nothing holds this version back from being forgotten. */
    boolean isEndable() {
        boolean idle =
                state() == VersionState.NEW || state() == VersionState.QUARANTINED || state() == VersionState.DORMANT;
        return !aspiration.isAspired() && task == null && idle;
    }

    /**
     * As the policy is to see it: a version whose files are being replaced, but that is wanted no longer, is still
     * loading, and can be unloaded once it is known which of its slots is the last.
     */
    VersionPolicy.Version forPolicy() {
        VersionState shown = task != null && !isWanted() ? VersionState.LOADING : state();
        return new VersionPolicy.Version(id.version(), shown, isWanted());
    }

    VersionStatus status() {
        VersionStatus known = told;
        if (known == null) {
            known = new VersionStatus(
                    id.version(),
                    state(),
                    since(),
                    aspiration.wish().loader().format(),
                    memory,
                    error,
                    retries.at(),
                    history.before());
            told = known;
        }
        return known;
    }

    private void move(VersionState next, Instant now, String why) {
        history.move(next, now, why);
        told = null;
    }
}
