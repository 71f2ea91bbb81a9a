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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** All that the manager knows of one model. Touched by the manager's loop alone. */
final class ModelRecord {
    /** Why nothing of a model is loaded that somebody had unloaded. */
    static final String BY_HAND = "unloaded by hand (load the model, to use it again)";

    /** Ended versions that the status goes on to show, so that who waits for an end can see it. */
    private static final int ENDED_SHOWN = 4;

    private final String name;
    private final NavigableMap<Long, Harness> harnesses = new TreeMap<>();
    private final Deque<VersionStatus> ended = new ArrayDeque<>();
    private final LabelPlaces labels = new LabelPlaces();
    private ModelSettings settings = ModelSettings.DEFAULT;
    private Map<String, String> rolledBack = Map.of();
    private @Nullable SlipwayException problem;

    /** Slots of each version that were replaced, and are still held by requests. */
    private final Map<Long, Integer> draining = new HashMap<>();

    /** Who waits for a version to be gone. */
    private final Map<Long, List<CompletableFuture<Void>>> leaving = new HashMap<>();

    ModelRecord(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    ModelSettings settings() {
        return settings;
    }

    boolean isOnDemand() {
        return settings.residency() == ModelSettings.Residency.ON_DEMAND;
    }

    Collection<Harness> harnesses() {
        return harnesses.values();
    }

    @Nullable
    Harness harness(long version) {
        return harnesses.get(version);
    }

    /** Versions that a source wants, newest first. */
    List<Harness> aspired() {
        return harnesses.descendingMap().values().stream()
                .filter(harness -> harness.aspiration().isAspired())
                .toList();
    }

    boolean owns(Harness harness) {
        return harnesses.get(harness.id().version()) == harness;
    }

    /** Whether a wanted version has yet to be loaded for the first time. */
    boolean isLoading() {
        return harnesses.values().stream()
                .anyMatch(h -> h.isWanted()
                        && (h.state() == VersionState.NEW
                                || h.state() == VersionState.LOADING
                                || h.state() == VersionState.WARMING));
    }

    /** Whether there is nothing left to say of the model. */
    boolean isForgettable() {
        return isEmpty() && problem == null && settings.equals(ModelSettings.DEFAULT) && rolledBack.isEmpty();
    }

    /** Whether nothing of the model is loaded, or being loaded or closed. */
    boolean isEmpty() {
        return harnesses.isEmpty() && draining.isEmpty();
    }

    void beginDrain(long version) {
        draining.merge(version, 1, Integer::sum);
    }

    void endDrain(long version) {
        draining.computeIfPresent(version, (number, count) -> count == 1 ? null : count - 1);
    }

    /** Takes the whole set of wanted versions and answers those that are new. */
    List<Harness> aspire(List<AspiredVersions.Version> versions, Instant now) {
        problem = null;
        harnesses.values().forEach(harness -> harness.aspiration().drop());
        List<Harness> added = new ArrayList<>();
        for (AspiredVersions.Version wish : versions) {
            Harness harness = harnesses.get(wish.number());
            if (harness == null) {
                harness = new Harness(new ServableId(name, wish.number()), wish, pastOf(wish.number()), now);
                harness.aspiration().bar(settings.isUnloaded());
                harnesses.put(wish.number(), harness);
                added.add(harness);
            }
            harness.aspire(wish);
        }
        return added;
    }

    /** What is still known of a version that was there before. */
    private List<VersionStatus.Step> pastOf(long version) {
        List<VersionStatus.Step> past = new ArrayList<>();
        ended.stream().filter(status -> status.version() == version).forEach(status -> {
            past.addAll(status.history());
            past.add(new VersionStatus.Step(status.state(), status.since(), ""));
        });
        return past;
    }

    void unseen(SlipwayException reason) {
        problem = reason;
    }

    void configure(ModelSettings changed, Map<String, String> labelsRolledBack) {
        settings = changed;
        rolledBack = Collections.unmodifiableMap(new TreeMap<>(labelsRolledBack));
        harnesses.values().forEach(harness -> harness.aspiration().bar(changed.isUnloaded()));
    }

    /** Why a version that could be loaded is left asleep; empty when it is to be loaded. */
    Optional<String> sleepReason(Harness harness) {
        if (harness.aspiration().isBarred()) {
            return Optional.of(BY_HAND);
        }
        boolean asked = harness.isDemanded() || !harness.waiters().isEmpty();
        return isOnDemand() && !asked ? Optional.of("") : Optional.empty();
    }

    /** Forgets a version that has ended; one that is wanted again meanwhile starts anew, and is answered. */
    @Nullable
    Harness end(Harness harness, Instant now) {
        harness.end(now);
        harnesses.remove(harness.id().version());
        VersionStatus last = harness.status();
        ended.removeIf(status -> status.version() == last.version());
        if (ended.size() == ENDED_SHOWN) {
            ended.removeFirst();
        }
        ended.addLast(last);
        if (!harness.aspiration().isAspired()) {
            return null;
        }
        aspire(harness, now);
        return harnesses.get(last.version());
    }

    private void aspire(Harness before, Instant now) {
        long version = before.id().version();
        Harness again = new Harness(before.id(), before.aspiration().wish(), pastOf(version), now);
        again.aspiration().bar(before.aspiration().isBarred());
        again.waiters().takeFrom(before.waiters());
        harnesses.put(version, again);
        ended.removeIf(status -> status.version() == version);
    }

    List<VersionPolicy.Version> forPolicy() {
        List<VersionPolicy.Version> seen = new ArrayList<>(harnesses.size());
        harnesses.values().forEach(harness -> seen.add(harness.forPolicy()));
        return seen;
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
        boolean mayBeHad = isOnDemand() && !settings.isUnloaded();
        labels.place(settings.labels(), served.keySet(), version -> mayBeHad && isWithinReach(version));
        return new ServingMap.Model(served, labels.placed(), latest(served), mayBeHad);
    }

    /** Whether all that has a share is served, or would be loaded for a request. */
    boolean isWithinReach(@Nullable Split split) {
        return split != null
                && split.weights().entrySet().stream()
                        .allMatch(share -> share.getValue() == 0 || isWithinReach(share.getKey()));
    }

    private boolean isWithinReach(long version) {
        Harness harness = harnesses.get(version);
        return harness != null && harness.isWanted() && harness.state() != VersionState.QUARANTINED;
    }

    /**
     * The newest version. Where versions are loaded on demand, one that is wanted and not loaded now goes before older
     * ones, which only stand in for it while nobody wants them for themselves: else callers would go back and forth.
     */
    private @Nullable Slot latest(NavigableMap<Long, Slot> served) {
        Harness newest = isOnDemand() ? newestWithinReach() : null;
        if (served.isEmpty() || newest == null || newest.state() == VersionState.AVAILABLE) {
            return served.isEmpty() ? null : newest == null ? served.lastEntry().getValue() : newest.slot();
        }
        return served.descendingMap().entrySet().stream()
                .filter(entry -> !isWithinReach(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    private @Nullable Harness newestWithinReach() {
        for (Map.Entry<Long, Harness> entry : harnesses.descendingMap().entrySet()) {
            if (isWithinReach(entry.getKey())) {
                return entry.getValue();
            }
        }
        return null;
    }

    /** Versions asleep that requests wait for in other versions' company: a newer one, or those that a label is to name. */
    List<Harness> substituted() {
        List<Harness> better = new ArrayList<>();
        Harness newest = newestWithinReach();
        boolean standsIn = harnesses.values().stream()
                .anyMatch(harness -> harness.state() == VersionState.AVAILABLE && !harness.isWanted());
        if (newest != null && standsIn) {
            better.add(newest);
        }
        labels.pending()
                .values()
                .forEach(split -> split.weights().forEach((version, weight) -> {
                    Harness harness = harnesses.get(version);
                    if (weight > 0 && harness != null) {
                        better.add(harness);
                    }
                }));
        better.removeIf(harness ->
                harness.state() != VersionState.DORMANT || harness.aspiration().isBarred());
        return better;
    }

    LabelPlaces labels() {
        return labels;
    }

    /** Whether nothing of a version is loaded, or about to be. */
    boolean isGone(long version) {
        Harness harness = harnesses.get(version);
        boolean idle = harness == null || (!harness.isLoading() && harness.slot() == null);
        return idle && !draining.containsKey(version);
    }

    CompletableFuture<Void> whenGone(long version) {
        CompletableFuture<Void> waiter = new CompletableFuture<>();
        leaving.computeIfAbsent(version, number -> new ArrayList<>()).add(waiter);
        return waiter;
    }

    /** Takes those who waited for what is gone now. */
    List<CompletableFuture<Void>> takeLeft() {
        List<CompletableFuture<Void>> left = new ArrayList<>();
        leaving.entrySet().removeIf(entry -> isGone(entry.getKey()) && left.addAll(entry.getValue()));
        return left;
    }

    ModelStatus status() {
        List<VersionStatus> versions = new ArrayList<>();
        ended.stream()
                .filter(status -> !harnesses.containsKey(status.version()))
                .forEach(versions::add);
        harnesses.values().forEach(harness -> versions.add(harness.status()));
        versions.sort(Comparator.comparingLong(VersionStatus::version));
        return new ModelStatus(name, List.copyOf(versions), labels.placed(), labels.pending(), rolledBack, problem);
    }
}
