package dev.slipway.access.token;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one issuer as they are now. They are fetched by whoever calls {@link #refresh} when it is time, and by who has a
 * token of a key that is not known; tokens cause at most one fetch in ten seconds, whatever they say. While they can't be
 * fetched those before are used, up to a limit. Thread-safe.
 */
final class IssuerKeys {
    /** Between two fetches: random key ids must not become requests to the issuer. */
    static final Duration GAP = Duration.ofSeconds(10);

    /** Longer than a fetch can take. */
    private static final Duration FETCH_MAX = Duration.ofSeconds(15);

    private final KeySource source;
    private final Times times;
    private final InstantSource clock;
    private final ReentrantLock fetching = new ReentrantLock();

    /** Written while {@link #fetching} is held. */
    private volatile Held held = new Held(PublicKeys.NONE, 0, false);

    /** When the last fetch ended, in milliseconds; written while {@link #fetching} is held. */
    private volatile long tried;

    private volatile boolean everTried;
    private volatile @Nullable String fault;

    private record Held(PublicKeys keys, long fetched, boolean any) {}

    IssuerKeys(KeySource source, Times times, InstantSource clock) {
        this.source = source;
        this.times = times;
        this.clock = clock;
    }

    /** Those that may be used now, never waiting; none when they are too old, or were never fetched. */
    PublicKeys now() {
        Held now = held;
        return now.any && since(now.fetched) <= times.stale().toMillis() ? now.keys : PublicKeys.NONE;
    }

    /** What was wrong when they were fetched last; null for nothing. */
    @Nullable
    String fault() {
        return fault;
    }

    /**
     * Fetches them if it is time; waits.
     *
     * @return whether there are others now
     * @throws SlipwayException {@code UNAVAILABLE} when they could not be fetched; those before stay
     */
    boolean refresh() {
        Held before = held;
        boolean due = !before.any || since(before.fetched) >= times.refresh().toMillis();
        if (!due || !mayFetch()) {
            return false;
        }
        String problem = fetch(before);
        if (problem != null) {
            throw new SlipwayException(
                    ErrorCode.UNAVAILABLE, "keys of issuer '%s': %s; those before stay".formatted(source, problem));
        }
        return held.keys != before.keys;
    }

    /** Fetches them for a token whose key is not among {@code seen}, unless they were lately; waits. */
    void demand(PublicKeys seen) {
        Held before = held;
        if (now() == seen && mayFetch()) {
            fetch(before);
        }
    }

    /** When it is worth asking again. */
    Duration retryAfter() {
        return Duration.ofMillis(Math.max(1, GAP.toMillis() - since(tried)));
    }

    private boolean mayFetch() {
        return !everTried || since(tried) >= GAP.toMillis();
    }

    /** A clock that was set back must not make anything wait, nor anything last: it counts as time that went by. */
    private long since(long millis) {
        return Math.abs(clock.millis() - millis);
    }

    /** Who comes while another fetches waits for that one. Null for no problem. */
    private @Nullable String fetch(Held before) {
        try {
            if (!fetching.tryLock(FETCH_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                return "another fetch takes too long";
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
        try {
            return held.fetched != before.fetched || !mayFetch() ? null : fetchNow(before.keys);
        } finally {
            fetching.unlock();
        }
    }

    private @Nullable String fetchNow(PublicKeys before) {
        try {
            String text = source.read();
            PublicKeys keys = before.isFrom(text) ? before : PublicKeys.parse(text);
            held = new Held(keys, clock.millis(), true);
            fault = null;
            return null;
        } catch (IOException | IllegalArgumentException e) {
            String problem = String.valueOf(e.getMessage());
            fault = problem;
            return problem;
        } finally {
            tried = clock.millis();
            everTried = true;
        }
    }
}
