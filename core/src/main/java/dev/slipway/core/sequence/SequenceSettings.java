package dev.slipway.core.sequence;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How a model is run that answers a sequence of requests, each in the light of those before it.
 *
 * @param idleMax a sequence that nothing was asked of for so long is forgotten; above zero
 * @param sequencesMax sequences that are remembered at once, at least 1
 * @param controls inputs of the model that the server fills in, and with what
 * @param states outputs of the model that the server keeps, and gives to the sequence's next run
 */
public record SequenceSettings(Duration idleMax, int sequencesMax, Map<String, Control> controls, List<State> states) {
    public SequenceSettings {
        controls = Map.copyOf(controls);
        states = List.copyOf(states);
        if (idleMax.isNegative() || idleMax.isZero()) {
            throw new IllegalArgumentException("idleMax: %s (expected: above zero)".formatted(idleMax));
        }
        if (sequencesMax < 1) {
            throw new IllegalArgumentException("sequencesMax: %d (expected: >= 1)".formatted(sequencesMax));
        }
    }

    /** What an input tells the model. */
    public enum Control {
        /** 1 in a sequence's first request, else 0. */
        START,
        /** 1 in a sequence's last request, else 0. */
        END,
        /** 1 in rows that are requests, 0 in rows that only fill up. */
        READY,
        /** The sequence's id. */
        CORRELATION_ID
    }

    /**
     * What goes from one run to the next. A sequence's first run gets zeros, or empty text.
     *
     * @param input of the model, that clients no longer give
     * @param output of the model, that clients no longer get
     */
    public record State(String input, String output) {}
}
