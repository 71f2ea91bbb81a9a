package dev.slipway.source;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Remembers how long the listings of one model's versions have been unchanged. For use by one thread at a time. */
final class ModelVersions {
    private final String name;
    private final Selection selection;
    private final Function<RemoteVersion, RemoteLoader> loaders;
    private final Map<Long, Seen> seen = new HashMap<>();

    /** @param loaders makes the loader of a version that is at rest */
    ModelVersions(String name, Selection selection, Function<RemoteVersion, RemoteLoader> loaders) {
        this.name = name;
        this.selection = selection;
        this.loaders = loaders;
    }

    /**
     * A version as a look found it.
     *
     * @param isAtRest whether it is known to be complete without a second look
     */
    record Sighting(RemoteVersion version, boolean isAtRest) {}

    /** What is remembered of a version. */
    private static final class Seen {
        String fingerprint = "";
        Instant since = Instant.MIN;
        AspiredVersions.@Nullable Version settled;

        @Nullable
        RemoteLoader loader;
    }

    /** Takes the versions that are there now; one that changed counts once it has stayed the same for a while. */
    Watch.Outcome observe(SortedMap<Long, Sighting> there, Duration settleTime, Instant now) {
        boolean isChanged = seen.keySet().retainAll(there.keySet());
        boolean isSettling = false;
        for (Map.Entry<Long, Sighting> entry : there.entrySet()) {
            RemoteVersion version = entry.getValue().version();
            Seen known = seen.computeIfAbsent(entry.getKey(), number -> new Seen());
            if (!known.fingerprint.equals(version.fingerprint())) {
                known.fingerprint = version.fingerprint();
                known.since = now;
            }
            boolean isOld = known.settled != null && known.settled.fingerprint().equals(version.fingerprint());
            boolean isAtRest = entry.getValue().isAtRest() || !now.isBefore(known.since.plus(settleTime));
            if (!isOld && isAtRest) {
                RemoteLoader loader = loaders.apply(version);
                known.loader = loader;
                known.settled = new AspiredVersions.Version(entry.getKey(), version.fingerprint(), loader);
                isChanged = true;
            }
            isSettling |= !isOld && !isAtRest;
        }
        return isSettling ? Watch.Outcome.SETTLING : isChanged ? Watch.Outcome.CHANGED : Watch.Outcome.UNCHANGED;
    }

    /** States what is wanted of what is known. */
    void state(Source.Target target) {
        SortedSet<Long> settled = new TreeSet<>();
        SortedSet<Long> sound = new TreeSet<>();
        seen.forEach((number, known) -> {
            if (known.settled != null) {
                settled.add(number);
                if (known.loader == null || !known.loader.isBroken()) {
                    sound.add(number);
                }
            }
        });
        if (settled.isEmpty()) {
            if (seen.isEmpty()) {
                target.unseen(name, nothing("there is no version", "a folder named by a number, or a model's files"));
            }
            return;
        }
        // A broken one is stated too, so that it shows, but the one before it is wanted in its place.
        Set<Long> wanted = new TreeSet<>(selection.of(settled));
        wanted.retainAll(settled);
        if (!sound.isEmpty()) {
            wanted.removeAll(sound);
            wanted.addAll(selection.of(sound));
            wanted.retainAll(settled);
        }
        List<AspiredVersions.Version> versions = new ArrayList<>();
        for (long number : wanted) {
            Seen known = seen.get(number);
            if (known != null && known.settled != null) {
                versions.add(known.settled);
            }
        }
        if (versions.isEmpty()) {
            target.unseen(name, nothing("of %d versions none is wanted".formatted(settled.size()), "one that is"));
        } else {
            target.aspire(new AspiredVersions(name, versions));
        }
    }

    private SlipwayException nothing(String found, String expected) {
        return new SlipwayException(
                ErrorCode.FAILED_PRECONDITION, "model '%s': %s (expected: %s)".formatted(name, found, expected));
    }
}
