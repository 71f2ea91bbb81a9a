package dev.slipway.core;

import dev.slipway.api.AspiredVersions;

/** What is wished of one version. Written on the manager's loop; load threads ask whether it is wanted. */
final class Aspiration {
    private AspiredVersions.Version wish;
    private volatile boolean aspired = true;
    private volatile boolean barred;

    Aspiration(AspiredVersions.Version wish) {
        this.wish = wish;
    }

    /** Its files, as the source last stated them. */
    AspiredVersions.Version wish() {
        return wish;
    }

    /** Whether a source wants it. */
    boolean isAspired() {
        return aspired;
    }

    /** Whether somebody had it unloaded by hand. */
    boolean isBarred() {
        return barred;
    }

    /** Whether it may be loaded: a source wants it, and nobody had it unloaded. Any thread. */
    boolean isWanted() {
        return aspired && !barred;
    }

    void aspire(AspiredVersions.Version newest) {
        aspired = true;
        wish = newest;
    }

    void drop() {
        aspired = false;
    }

    void bar(boolean isUnloaded) {
        barred = isUnloaded;
    }
}
