package dev.slipway.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What there is to say of one model.
 *
 * @param name its name
 * @param versions oldest first
 * @param labels the versions that each label names now
 * @param pendingLabels the versions that a label is to name once they are available
 * @param rolledBack why a label does not name what was wished: its wish broke a bound that it was to keep
 * @param problem why its source can't see it now
 */
public record ModelStatus(
        String name,
        List<VersionStatus> versions,
        Map<String, Split> labels,
        Map<String, Split> pendingLabels,
        Map<String, String> rolledBack,
        @Nullable SlipwayException problem) {}
