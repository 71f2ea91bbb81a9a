package dev.slipway.core;

import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Where a version stands, since when and why, and the last few states that it was in. Used on the manager's loop alone. */
final class History {
    private static final int STEPS_MAX = 8;

    private final List<VersionStatus.Step> before = new ArrayList<>(STEPS_MAX);
    private VersionStatus.Step now;

    /** @param before oldest first */
    History(List<VersionStatus.Step> before, VersionStatus.Step now) {
        before.forEach(this::keep);
        this.now = now;
    }

    VersionStatus.Step now() {
        return now;
    }

    /** Oldest first, without the present one. */
    List<VersionStatus.Step> before() {
        return before;
    }

    void move(VersionState next, Instant time, String reason) {
        keep(now);
        now = new VersionStatus.Step(next, time, reason);
    }

    private void keep(VersionStatus.Step step) {
        if (before.size() == STEPS_MAX) {
            before.remove(0);
        }
        before.add(step);
    }
}
