package dev.slipway.core;

import dev.slipway.api.Split;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;

/** Where a model's labels are, and where they are to be. Touched by the manager's loop alone. */
final class LabelPlaces {
    /** In the order of their names, as messages and lists show them. */
    private Map<String, Split> placed = Map.of();

    private Map<String, Split> pending = Map.of();

    /**
     * Moves each label to its wish when all that has a share there is served. Until then it stays where it was, as far as
     * that is still there.
     *
     * @param mayBeHad whether a version that is not served would be loaded for a request: a label that has nothing
     *     better goes there too, and does not leave it when it is unloaded for a while
     */
    void place(Map<String, Split> wishes, Set<Long> served, LongPredicate mayBeHad) {
        Map<String, Split> now = new TreeMap<>();
        Map<String, Split> waiting = new TreeMap<>();
        wishes.forEach((label, wish) -> {
            Split past = placed.get(label);
            boolean isThere = has(wish, served::contains);
            boolean isBest = past == null
                    || past.equals(wish)
                    || rest(past, served::contains).isEmpty();
            if (isThere || (isBest && has(wish, version -> served.contains(version) || mayBeHad.test(version)))) {
                now.put(label, wish);
                return;
            }
            waiting.put(label, wish);
            if (past != null) {
                rest(past, version -> served.contains(version) || mayBeHad.test(version))
                        .ifPresent(rest -> now.put(label, rest));
            }
        });
        placed = Collections.unmodifiableMap(now);
        pending = Collections.unmodifiableMap(waiting);
    }

    Map<String, Split> placed() {
        return placed;
    }

    /** Wishes that have not come true yet. */
    Map<String, Split> pending() {
        return pending;
    }

    /** {@code canary, stable}. */
    String names() {
        Set<String> names = new TreeSet<>(placed.keySet());
        names.addAll(pending.keySet());
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    /** Whether a label can name all that it is to name; what has no share need not be there. */
    private static boolean has(Split split, LongPredicate isThere) {
        return split.weights().entrySet().stream()
                .allMatch(entry -> entry.getValue() == 0 || isThere.test(entry.getKey()));
    }

    /** A label's versions as far as they are still there: their shares go to the others. */
    private static Optional<Split> rest(Split split, LongPredicate isThere) {
        NavigableMap<Long, Integer> rest = new TreeMap<>(split.weights());
        rest.keySet().removeIf(version -> !isThere.test(version));
        boolean isAny = rest.values().stream().anyMatch(weight -> weight > 0);
        return isAny ? Optional.of(new Split(rest)) : Optional.empty();
    }
}
