package dev.slipway.monitoring.log;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is taken down of a model's requests.
 *
 * @param sink the name of where it goes
 * @param share of the requests, from 0 to 1
 * @param what of each
 * @param redact names of what is left out; see {@link Redaction}
 */
public record ModelLog(String sink, double share, Set<What> what, Set<String> redact) {
    /** Which side of a prediction. */
    public enum What {
        REQUEST,
        RESPONSE
    }

    public ModelLog {
        if (sink.isEmpty()) {
            throw new IllegalArgumentException("sink: '' (expected: the name of a sink)");
        }
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share: %s (expected: 0 to 1)".formatted(share));
        }
        if (what.isEmpty()) {
            throw new IllegalArgumentException("what: nothing (expected: request, response, or both)");
        }
        what = Collections.unmodifiableSet(EnumSet.copyOf(what));
        redact = Collections.unmodifiableSet(new TreeSet<>(redact));
    }

    /** The same, with more left out. */
    public ModelLog redacting(Set<String> more) {
        Set<String> all = new TreeSet<>(redact);
        all.addAll(more);
        return new ModelLog(sink, share, what, all);
    }
}
