package dev.slipway.source;

import dev.slipway.api.Source;

/** Looks at one place, again and again. */
interface Watch {
    /** What a look came to. */
    enum Outcome {
        /** Something is not at rest yet: look again soon. */
        SETTLING,
        CHANGED,
        UNCHANGED,
        /** Nobody answered; what was known stays. */
        UNSEEN
    }

    /** Looks, and states what is wanted. */
    Outcome look(Source.Target target);

    /** States again what is wanted of a model, without a look. */
    void restate(String model, Source.Target target);
}
