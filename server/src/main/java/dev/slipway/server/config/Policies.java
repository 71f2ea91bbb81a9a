package dev.slipway.server.config;

import dev.slipway.api.VersionPolicy;
import dev.slipway.core.policy.AvailabilityPreserving;
import dev.slipway.core.policy.ResourcePreserving;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The orders in which versions come and go, by the names that files give them. One object each, so that they compare. */
public final class Policies {
    public static final VersionPolicy AVAILABILITY = new AvailabilityPreserving();
    public static final VersionPolicy RESOURCE = new ResourcePreserving();

    static final Map<String, VersionPolicy> BY_NAME = new LinkedHashMap<>();

    static {
        BY_NAME.put("availability", AVAILABILITY);
        BY_NAME.put("resource", RESOURCE);
    }

    private Policies() {}

    /** What files call it; empty for the server's own. */
    static String name(@Nullable VersionPolicy policy) {
        if (policy == null) {
            return "";
        }
        return policy instanceof ResourcePreserving ? "resource" : "availability";
    }
}
