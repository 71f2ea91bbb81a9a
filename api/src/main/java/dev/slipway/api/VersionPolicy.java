package dev.slipway.api;

import java.util.List;
import java.util.Optional;

/** Decides the next step on the way from what is loaded of one model to what is wanted. A pure function. */
@FunctionalInterface
public interface VersionPolicy {
    /**
     * The next action, or empty when there is nothing to do for now. Asked again after each action, with the state
     * that the action led to, until it answers empty.
     *
     * @param versions one model's versions, oldest first
     */
    Optional<Action> next(List<Version> versions);

    /**
     * Whether files that changed in place are loaded beside what is served of them, which then goes. If not, what is
     * served goes first.
     */
    default boolean loadsBeside() {
        return true;
    }

    /**
     * What the policy may know of a version.
     *
     * @param number the version
     * @param state where it stands
     * @param aspired whether a source wants it
     */
    record Version(long number, VersionState state, boolean aspired) {}

    /** A step. */
    sealed interface Action {
        /** The version it concerns. */
        long version();
    }

    /** Start to load a version that is {@code NEW}. */
    record Load(long version) implements Action {}

    /** Retire a version that is {@code AVAILABLE}. */
    record Unload(long version) implements Action {}
}
