package dev.slipway.server.soak;

import java.util.Random;

/** Something that happens to a server, beside which no request may fail. */
interface Disturbance {
    /** As the summary names it. */
    String name();

    /** Whether this server can be disturbed so. */
    default boolean isPossible(SoakStatus status) throws Exception {
        return true;
    }

    /** Does it, and waits for what it must lead to. */
    void run(Random random) throws Exception;
}
