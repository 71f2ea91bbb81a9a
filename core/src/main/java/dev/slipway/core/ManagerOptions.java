package dev.slipway.core;

import dev.slipway.api.ServingListener;
import dev.slipway.api.VersionPolicy;
import dev.slipway.core.policy.AvailabilityPreserving;
import dev.slipway.core.policy.RetryPolicy;
import java.util.List;

/**
 * How the manager goes about its work.
 *
 * @param policy decides the next step for each model
 * @param retries says when a failed load is tried again
 * @param loadThreads loads that go on at once, at least 1; these threads serve no requests
 * @param areLoadsLow whether these threads leave the processor to others, where the system allows
 * @param memoryBudgetBytes for all models together, in bytes
 * @param warmUp runs a version's first requests
 * @param listeners are told of each change of state, in order
 */
public record ManagerOptions(
        VersionPolicy policy,
        RetryPolicy retries,
        int loadThreads,
        boolean areLoadsLow,
        long memoryBudgetBytes,
        WarmUp warmUp,
        List<ServingListener> listeners) {
    public ManagerOptions {
        if (loadThreads < 1) {
            throw new IllegalArgumentException("loadThreads: %d (expected: >= 1)".formatted(loadThreads));
        }
        listeners = List.copyOf(listeners);
    }

    /** With loads of low priority. */
    public ManagerOptions(
            VersionPolicy policy,
            RetryPolicy retries,
            int loadThreads,
            long memoryBudgetBytes,
            WarmUp warmUp,
            List<ServingListener> listeners) {
        this(policy, retries, loadThreads, true, memoryBudgetBytes, warmUp, listeners);
    }

    /** Availability-preserving, a load thread for every two cores, and no bound on memory. */
    public static ManagerOptions defaults(List<ServingListener> listeners) {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return new ManagerOptions(
                new AvailabilityPreserving(), RetryPolicy.DEFAULT, threads, Long.MAX_VALUE, WarmUp.NONE, listeners);
    }
}
