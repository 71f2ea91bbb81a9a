package dev.slipway.server.transport;

import org.jspecify.annotations.Nullable;

/** Whether anybody still waits for an answer, and what to do once nobody does. Changes on the event loop alone. */
final class Cancellation {
    private volatile boolean said;
    private @Nullable Runnable action;

    /** Any thread. */
    boolean isSaid() {
        return said;
    }

    /** Nobody waits any more; what to do then is not done yet. */
    void say() {
        said = true;
    }

    /** Has {@code wanted} run when that is so; at once if it is. */
    void then(Runnable wanted) {
        if (said) {
            wanted.run();
        } else {
            action = wanted;
        }
    }

    /** Does what is to be done, once. */
    void act() {
        Runnable wanted = action;
        action = null;
        if (wanted != null) {
            wanted.run();
        }
    }
}
