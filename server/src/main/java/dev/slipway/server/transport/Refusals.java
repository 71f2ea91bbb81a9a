package dev.slipway.server.transport;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts requests that were refused before anybody looked at what they ask for. Thread-safe. */
public final class Refusals {
    private final Map<Reason, LongAdder> counts = new EnumMap<>(Reason.class);

    /** Why. */
    public enum Reason {
        /** Bodies hold all the memory that they may have. */
        MEMORY,
        /** Of a body or a message. */
        TOO_LARGE,
        /** It did not arrive in time. */
        SLOW,
        /** That passed before all of it was there, and inflated. */
        DEADLINE,
        /** It is no request, or none that is understood. */
        INVALID,
        UNAUTHENTICATED,
        DENIED;

        /** In lower case. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Refusals() {
        for (Reason reason : Reason.values()) {
            counts.put(reason, new LongAdder());
        }
    }

    public void count(Reason reason) {
        adder(reason).increment();
    }

    public long counted(Reason reason) {
        return adder(reason).sum();
    }

    private LongAdder adder(Reason reason) {
        LongAdder adder = counts.get(reason);
        if (adder == null) {
            throw new IllegalArgumentException("reason: %s (expected: one there is)".formatted(reason));
        }
        return adder;
    }
}
