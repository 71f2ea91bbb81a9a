package dev.slipway.core;

import dev.slipway.api.SlipwayException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Who waits for one version. Touched by the manager's loop alone. */
final class Waiters {
    private List<CompletableFuture<Void>> waiting = List.of();

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    CompletableFuture<Void> add() {
        CompletableFuture<Void> waiter = new CompletableFuture<>();
        if (waiting.isEmpty()) {
            waiting = new ArrayList<>();
        }
        waiting.add(waiter);
        return waiter;
    }

    /** Answers false for one that waits no longer. */
    @SuppressWarnings("ReferenceEquality") // Which of the waiters it is is a question of identity.
    boolean remove(CompletableFuture<Void> waiter) {
        return !waiting.isEmpty() && waiting.removeIf(other -> other == waiter);
    }

    /** Those who waited for an earlier life of the version go on to wait for this one. */
    void takeFrom(Waiters others) {
        waiting = others.take();
    }

    void complete() {
        take().forEach(waiter -> waiter.complete(null));
    }

    void fail(SlipwayException reason) {
        take().forEach(waiter -> waiter.completeExceptionally(reason));
    }

    private List<CompletableFuture<Void>> take() {
        List<CompletableFuture<Void>> taken = waiting;
        waiting = List.of();
        return taken;
    }
}
