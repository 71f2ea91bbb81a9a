package dev.slipway.core;

import dev.slipway.api.VersionPolicy;
import dev.slipway.api.VersionState;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Finds the steps that are due for a model's versions, and has them taken. Used on the manager's loop alone. */
final class Reconciler {
    private static final System.Logger LOG = System.getLogger(Reconciler.class.getName());

    private final VersionPolicy standard;
    private final Lifecycle lifecycle;
    private final Announcer announcer;

    /** @param standard for models that have no policy of their own */
    Reconciler(VersionPolicy standard, Lifecycle lifecycle, Announcer announcer) {
        this.standard = standard;
        this.lifecycle = lifecycle;
        this.announcer = announcer;
    }

    /** Takes each step that is due for a model's versions. */
    void reconcile(ModelRecord model) {
        try {
            VersionPolicy own = model.settings().policy();
            VersionPolicy policy = own == null ? standard : own;
            for (Harness harness : List.copyOf(model.harnesses())) {
                prepare(model, harness, policy);
            }
            askPolicy(model, policy);
        } catch (RuntimeException | Error e) {
            // One model's policy must not stop the others.
            LOG.log(Level.ERROR, "the policy of model '" + model.name() + "' failed", e);
        }
    }

    /** What needs no decision of the policy. */
    private void prepare(ModelRecord model, Harness harness, VersionPolicy policy) {
        if (harness.isEndable()) {
            lifecycle.end(model, harness);
            return;
        }
        if (harness.hasUntriedFiles()) {
            if (harness.state() == VersionState.QUARANTINED) {
                lifecycle.startAfresh(harness);
            } else if (policy.loadsBeside()) {
                lifecycle.startLoad(model, harness);
            } else {
                lifecycle.startUnload(harness, "its files changed", true);
            }
        }
        Optional<String> sleep = model.sleepReason(harness);
        boolean isBarred = harness.aspiration().isBarred() && !harness.isLoading();
        switch (harness.state()) {
            case NEW -> sleep.ifPresent(why -> lifecycle.sleep(harness, why));
            case QUARANTINED -> sleep.filter(why -> isBarred).ifPresent(why -> lifecycle.sleep(harness, why));
            case AVAILABLE -> {
                if (isBarred) {
                    lifecycle.startUnload(harness, ModelRecord.BY_HAND, true);
                }
            }
            case DORMANT -> {
                if (sleep.isEmpty()) {
                    lifecycle.wake(harness);
                } else if (sleep.get().isEmpty() != (harness.error() == null)) {
                    lifecycle.sleep(harness, sleep.get());
                }
            }
            default -> {
                // On its way: LOADING, WARMING, UNLOADING.
            }
        }
    }

    private void askPolicy(ModelRecord model, VersionPolicy policy) {
        List<VersionPolicy.Version> versions = model.forPolicy();
        List<VersionPolicy.Version> shown = Collections.unmodifiableList(versions);
        Optional<VersionPolicy.Action> action = policy.next(shown);
        while (action.isPresent()) {
            VersionPolicy.Action step = action.get();
            Harness harness = model.harness(step.version());
            boolean isLoad = step instanceof VersionPolicy.Load;
            VersionState expected = isLoad ? VersionState.NEW : VersionState.AVAILABLE;
            if (harness == null || harness.forPolicy().state() != expected) {
                throw new IllegalStateException("policy answers %s (expected: a version that is %s; versions: %s)"
                        .formatted(step, expected, versions));
            }
            if (isLoad) {
                lifecycle.startLoad(model, harness);
                announcer.note(harness);
            } else {
                lifecycle.startUnload(harness, "", false);
            }
            versions.set(indexOf(versions, step.version()), harness.forPolicy());
            action = policy.next(shown);
        }
    }

    private static int indexOf(List<VersionPolicy.Version> versions, long number) {
        int low = 0;
        int high = versions.size() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (versions.get(middle).number() < number) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
