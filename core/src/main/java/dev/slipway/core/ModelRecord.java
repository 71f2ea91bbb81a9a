package dev.slipway.core;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.ServableId;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.VersionPolicy;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All that the manager knows of one model. Touched by the manager's loop alone. */
final class ModelRecord {
    /** Ended versions that the status goes on to show, so that who waits for an end can see it. */
    private static final int ENDED_SHOWN = 4;

    private final String name;
    private final NavigableMap<Long, Harness> harnesses = new TreeMap<>();
    private final Deque<VersionStatus> ended = new ArrayDeque<>();
    private ModelSettings settings = ModelSettings.DEFAULT;
    /** In the order of their names, as messages and lists show them. */
    private Map<String, Split> labels = Map.of();

    private @Nullable SlipwayException problem;

    /** Slots that were replaced, and are still held by requests. */
    private int draining;

    ModelRecord(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    Collection<Harness> harnesses() {
        return harnesses.values();
    }

    boolean owns(Harness harness) {
        return harnesses.get(harness.id().version()) == harness;
    }

    /** Whether a wanted version has yet to be loaded for the first time. */
    boolean isLoading() {
        return harnesses.values().stream()
                .anyMatch(h -> h.isAspired() && (h.state() == VersionState.NEW || h.state() == VersionState.LOADING));
    }

    /** Whether there is nothing left to say of the model. */
    boolean isForgettable() {
        return isEmpty() && problem == null && settings.equals(ModelSettings.DEFAULT);
    }

    /** Whether nothing of the model is loaded, or being loaded or closed. */
    boolean isEmpty() {
        return harnesses.isEmpty() && draining == 0;
    }

    void beginDrain() {
        draining++;
    }

    void endDrain() {
        draining--;
    }

    /** Takes the whole set of wanted versions and answers those that are new. */
    List<Harness> aspire(List<AspiredVersions.Version> versions, Instant now) {
        problem = null;
        harnesses.values().forEach(Harness::dropAspiration);
        List<Harness> added = new ArrayList<>();
        for (AspiredVersions.Version wish : versions) {
            Harness harness = harnesses.get(wish.number());
            if (harness == null) {
                harness = new Harness(new ServableId(name, wish.number()), wish, now);
                harnesses.put(wish.number(), harness);
                added.add(harness);
            }
            harness.aspire(wish);
        }
        return added;
    }

    void unseen(SlipwayException reason) {
        problem = reason;
    }

    void configure(ModelSettings changed) {
        settings = changed;
    }

    /** Forgets a version that has ended; one that is wanted again meanwhile starts anew, and is answered. */
    @Nullable
    Harness end(Harness harness, Instant now) {
        harness.end(now);
        harnesses.remove(harness.id().version());
        if (harness.isAspired()) {
            Harness again = new Harness(harness.id(), harness.wish(), now);
            harnesses.put(harness.id().version(), again);
            return again;
        }
        ended.removeIf(status -> status.version() == harness.id().version());
        if (ended.size() == ENDED_SHOWN) {
            ended.removeFirst();
        }
        ended.addLast(harness.status());
        return null;
    }

    List<VersionPolicy.Version> forPolicy() {
        return harnesses.values().stream().map(Harness::forPolicy).toList();
    }

    /** What the serving map is to show: available versions, and each label where its wish or its past allows. */
    ServingMap.Model forMap() {
        NavigableMap<Long, Slot> served = new TreeMap<>();
        for (Harness harness : harnesses.values()) {
            Slot slot = harness.slot();
            if (slot != null && harness.state() == VersionState.AVAILABLE) {
                served.put(harness.id().version(), slot);
            }
        }
        Map<String, Split> placed = new TreeMap<>();
        settings.labels().forEach((label, wish) -> {
            Split past = labels.get(label);
            if (isServed(wish, served)) {
                placed.put(label, wish);
            } else if (past != null) {
                restOf(past, served).ifPresent(rest -> placed.put(label, rest));
            }
        });
        labels = Collections.unmodifiableMap(placed);
        return new ServingMap.Model(served, labels);
    }

    /** Whether a label can name all that it is to name; what has no share need not be there. */
    private static boolean isServed(Split split, Map<Long, Slot> served) {
        return split.weights().entrySet().stream()
                .allMatch(entry -> entry.getValue() == 0 || served.containsKey(entry.getKey()));
    }

    /** A label's versions as far as they are still there: their shares go to the others. */
    private static Optional<Split> restOf(Split split, Map<Long, Slot> served) {
        NavigableMap<Long, Integer> rest = new TreeMap<>(split.weights());
        rest.keySet().retainAll(served.keySet());
        boolean isAny = rest.values().stream().anyMatch(weight -> weight > 0);
        return isAny ? Optional.of(new Split(rest)) : Optional.empty();
    }

    ModelStatus status() {
        List<VersionStatus> versions = new ArrayList<>();
        ended.stream()
                .filter(status -> !harnesses.containsKey(status.version()))
                .forEach(versions::add);
        harnesses.values().forEach(harness -> versions.add(harness.status()));
        versions.sort(Comparator.comparingLong(VersionStatus::version));
        Map<String, Split> pending = new TreeMap<>(settings.labels());
        labels.forEach(pending::remove);
        return new ModelStatus(
                name, List.copyOf(versions), labels, Collections.unmodifiableMap(pending), Map.of(), problem);
    }
}
