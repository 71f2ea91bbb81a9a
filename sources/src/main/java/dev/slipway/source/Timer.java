package dev.slipway.source;

import java.time.Duration;

/** Runs things later. Tests pass one whose time they turn by hand. */
@FunctionalInterface
public interface Timer {
    /**
     * Runs {@code task} once, on a thread where it may wait for the network, not before {@code delay} has passed.
     *
     * @return cancels it, if it has not run
     */
    Runnable schedule(Duration delay, Runnable task);
}
