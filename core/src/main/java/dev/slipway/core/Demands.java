package dev.slipway.core;

import static dev.slipway.api.ErrorCode.CANCELLED;
import static dev.slipway.api.ErrorCode.FAILED_PRECONDITION;
import static dev.slipway.api.ErrorCode.NOT_FOUND;
import static dev.slipway.api.ErrorCode.RESOURCE_EXHAUSTED;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.VersionChoice;
import dev.slipway.api.VersionState;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What requests and people ask to have loaded, or wait to have gone. Used on the manager's loop alone. */
final class Demands {
    private final Fleet fleet;
    private final Lifecycle lifecycle;
    private final EventLoop loop;

    Demands(Fleet fleet, Lifecycle lifecycle, EventLoop loop) {
        this.fleet = fleet;
        this.lifecycle = lifecycle;
        this.loop = loop;
    }

    /** @see Manager#demand */
    CompletableFuture<Void> demand(String name, VersionChoice choice) {
        ModelRecord model = require(name);
        requireLoadable(model, UNAVAILABLE);
        List<Harness> chosen = chosen(model, choice);
        // All of them before the first is woken: a label that is nowhere needs them all.
        chosen.forEach(this::requireRetriable);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (Harness harness : chosen) {
            all.add(await(model, harness));
        }
        if (all.size() == 1) {
            return all.get(0);
        }
        CompletableFuture<Void> every = CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
        return isNowhere(model, choice)
                ? every
                // A label gives the shares of what could not be loaded to the others.
                : every.exceptionallyCompose(failed -> all.stream()
                        .filter(one -> !one.isCompletedExceptionally())
                        .findFirst()
                        .orElse(every));
    }

    private static boolean isNowhere(ModelRecord model, VersionChoice choice) {
        return choice instanceof VersionChoice.Label label
                && !model.labels().placed().containsKey(label.label())
                && !model.isWithinReach(model.settings().labels().get(label.label()));
    }

    /** @see Manager#load */
    Load load(String name, OptionalLong version) {
        ModelRecord model = require(name);
        requireLoadable(model, FAILED_PRECONDITION);
        List<Harness> aspired = model.aspired();
        Harness harness = aspired.stream()
                .filter(h -> version.isEmpty() || h.id().version() == version.getAsLong())
                .findFirst()
                .orElseThrow(() -> new SlipwayException(
                        NOT_FOUND,
                        "model '%s': %s (wanted: %s)"
                                .formatted(
                                        name,
                                        version.isEmpty()
                                                ? "no version is wanted"
                                                : "version %d is not wanted".formatted(version.getAsLong()),
                                        numbers(aspired))));
        if (harness.state() == VersionState.QUARANTINED) {
            lifecycle.wake(harness);
        }
        CompletableFuture<Void> done = await(model, harness);
        return new Load(
                harness.id(),
                done,
                () -> loop.post(() -> cancel(model, harness.id().version(), done)));
    }

    private void cancel(ModelRecord model, long version, CompletableFuture<Void> done) {
        Harness harness = model.harness(version);
        if (harness != null && harness.waiters().remove(done)) {
            done.completeExceptionally(
                    new SlipwayException(CANCELLED, "model '%s': the load was called off".formatted(harness.id())));
            if (harness.waiters().isEmpty()) {
                lifecycle.callOff(model, harness);
            }
        }
    }

    /** @see Manager#gone */
    CompletableFuture<Void> gone(String name, long version) {
        ModelRecord model = fleet.find(name);
        if (model == null) {
            return CompletableFuture.completedFuture(null);
        }
        fleet.touch(model);
        return model.whenGone(version);
    }

    /** Has those versions loaded that others stand in for. */
    private void replaceSubstitutes(ModelRecord model) {
        for (Harness harness : model.substituted()) {
            fleet.touch(model);
            lifecycle.wake(harness);
        }
    }

    /** Has uses noted of what can make room, and tells those who waited what has become of a model, now that it is so. */
    void endBurst(ModelRecord model) {
        trackUses(model);
        answer(model);
    }

    private void trackUses(ModelRecord model) {
        boolean standsIn = model.isOnDemand() && !model.substituted().isEmpty();
        Runnable whenUsed = standsIn ? () -> loop.post(() -> replaceSubstitutes(model)) : null;
        for (Harness harness : model.harnesses()) {
            Slot slot = harness.slot();
            if (slot != null) {
                LastUse use = slot.lastUse();
                if (!model.isOnDemand()) {
                    slot.noteUsesIn(null);
                    continue;
                }
                if (use == null) {
                    use = new LastUse(System::nanoTime);
                    slot.noteUsesIn(use);
                }
                use.whenUsed(whenUsed);
            }
        }
    }

    private void answer(ModelRecord model) {
        for (Harness harness : List.copyOf(model.harnesses())) {
            if (!harness.waiters().isEmpty()) {
                switch (harness.state()) {
                    case AVAILABLE -> harness.waiters().complete();
                    case DORMANT, QUARANTINED -> harness.waiters().fail(whyNot(harness));
                    default -> {
                        // On its way.
                    }
                }
            }
        }
        model.takeLeft().forEach(waiter -> waiter.complete(null));
    }

    private CompletableFuture<Void> await(ModelRecord model, Harness harness) {
        if (isServed(model, harness)) {
            return CompletableFuture.completedFuture(null);
        }
        fleet.touch(model);
        if (harness.state() == VersionState.DORMANT || harness.state() == VersionState.QUARANTINED) {
            lifecycle.wake(harness);
        }
        if (harness.state() != VersionState.AVAILABLE) {
            harness.demandAgain();
        }
        return harness.waiters().add();
    }

    /** Whether it can be borrowed already: what was loaded in this burst is published at its end. */
    private boolean isServed(ModelRecord model, Harness harness) {
        ServingMap.Model shown = fleet.map().snapshot().get(model.name());
        return harness.state() == VersionState.AVAILABLE
                && shown != null
                && shown.versions().containsKey(harness.id().version());
    }

    /** A version that only more memory can help, or that somebody called off, is tried again when it is asked for. */
    private void requireRetriable(Harness harness) {
        if (harness.state() != VersionState.QUARANTINED) {
            return;
        }
        SlipwayException error = harness.error();
        ErrorCode code = error == null ? ErrorCode.OK : error.code();
        if (error instanceof MemoryShortage known) {
            MemoryShortage shortage = lifecycle.line().shortage(known.neededBytes());
            if (shortage != null) {
                throw new SlipwayException(
                        RESOURCE_EXHAUSTED, "model '%s': %s".formatted(harness.id(), shortage.getMessage()), shortage);
            }
        } else if (code != RESOURCE_EXHAUSTED && code != CANCELLED) {
            throw whyNot(harness);
        }
    }

    private static SlipwayException whyNot(Harness harness) {
        SlipwayException error = harness.error();
        String reason = error == null ? "" : ": " + error.getMessage();
        ErrorCode code = error != null && error.code() == RESOURCE_EXHAUSTED ? RESOURCE_EXHAUSTED : UNAVAILABLE;
        return new SlipwayException(code, "model '%s' is %s%s".formatted(harness.id(), harness.state(), reason), error);
    }

    /** The versions that a request may mean. */
    private static List<Harness> chosen(ModelRecord model, VersionChoice choice) {
        List<Harness> aspired = model.aspired();
        List<Harness> chosen = new ArrayList<>();
        if (choice instanceof VersionChoice.Exact exact) {
            aspired.stream().filter(h -> h.id().version() == exact.version()).forEach(chosen::add);
        } else if (choice instanceof VersionChoice.Label label) {
            Split split = meant(model, label.label());
            if (split != null) {
                aspired.stream()
                        .filter(h -> split.weights().getOrDefault(h.id().version(), 0) > 0)
                        .forEach(chosen::add);
            }
        } else {
            aspired.stream()
                    .filter(h -> h.state() != VersionState.QUARANTINED)
                    .findFirst()
                    .or(() -> aspired.stream().findFirst())
                    .ifPresent(chosen::add);
        }
        if (chosen.isEmpty()) {
            throw new SlipwayException(
                    NOT_FOUND,
                    "model '%s' has no such version or label: %s (wanted: %s; labels: %s)"
                            .formatted(
                                    model.name(),
                                    choice,
                                    numbers(aspired),
                                    model.labels().names()));
        }
        return chosen;
    }

    /**
     * What a label is to name, if all of that may be had; else what it names meanwhile. Null when there is no such label.
     *
     * @throws SlipwayException {@code UNAVAILABLE} when it names nothing, and no load would change that
     */
    private static @Nullable Split meant(ModelRecord model, String label) {
        Split wish = model.settings().labels().get(label);
        Split meanwhile = model.labels().placed().get(label);
        if (wish == null || model.isWithinReach(wish)) {
            return wish;
        }
        List<Harness> aspired = model.aspired();
        boolean isAspired = wish.weights().entrySet().stream()
                .allMatch(share ->
                        share.getValue() == 0 || aspired.stream().anyMatch(h -> h.id().version() == share.getKey()));
        if (meanwhile == null && !isAspired) {
            throw new SlipwayException(
                    UNAVAILABLE,
                    "model '%s': label '%s' waits for version %s, not all of which is wanted (wanted: %s)"
                            .formatted(model.name(), label, wish, numbers(aspired)));
        }
        return meanwhile == null ? wish : meanwhile;
    }

    private ModelRecord require(String name) {
        ModelRecord model = fleet.find(name);
        if (model == null) {
            throw new SlipwayException(NOT_FOUND, "model '%s' is unknown".formatted(name));
        }
        return model;
    }

    private static void requireLoadable(ModelRecord model, ErrorCode code) {
        if (model.settings().isUnloaded()) {
            throw new SlipwayException(code, "model '%s': %s".formatted(model.name(), ModelRecord.BY_HAND));
        }
    }

    private static String numbers(List<Harness> newestFirst) {
        String numbers = newestFirst.stream()
                .map(harness -> harness.id().version())
                .sorted()
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
        return numbers.isEmpty() ? "none" : numbers;
    }
}
