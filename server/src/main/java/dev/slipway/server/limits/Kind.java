package dev.slipway.server.limits;

import java.util.Locale;

/** What is limited. */
enum Kind {
    REQUESTS,
    ROWS,
    BYTES,
    CONCURRENT;

    /** As configuration and metrics have it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
