package dev.slipway.core.sequence;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How a model is run that answers a sequence of requests, each in the light of those before it.
 *
 * @param idleMax a sequence that nothing was asked of for so long is forgotten; above zero
 * @param sequencesMax sequences that are remembered at once, at least 1
 * @param controls inputs of the model that the server fills in, by name, and with what
 * @param states outputs of the model that the server keeps, and gives to the sequence's next run
 */
public record SequenceSettings(
        Duration idleMax, int sequencesMax, Map<String, ControlInput> controls, List<State> states) {
    /** How long a sequence is remembered unless something else is said. */
    public static final Duration IDLE_MAX = Duration.ofMinutes(1);

    /** How many sequences are remembered unless something else is said. */
    public static final int SEQUENCES_MAX = 1_000;

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
        /** Whether it is a sequence's first request. */
        START,
        /** Whether it is a sequence's last request. */
        END,
        /** Whether it is a request; rows that only fill a batch up are none. */
        READY,
        /** The sequence's id. */
        CORRELATION_ID
    }

    /**
     * How an input tells it.
     *
     * @param no what stands for no; of {@link Control#CORRELATION_ID} it means nothing
     * @param yes what stands for yes
     */
    public record ControlInput(Control control, double no, double yes) {
        /** With 0 and 1. */
        public ControlInput(Control control) {
            this(control, 0, 1);
        }
    }

    /**
     * What goes from one run to the next. A sequence's first run gets zeros, or empty text.
     *
     * @param input of the model, that clients no longer give
     * @param output of the model, that clients no longer get
     * @param dims of the first state, -1 for as many as the request has rows; empty for those that the model names, where an
     *     open first one is the request's rows, and other open ones are 1
     */
    public record State(String input, String output, List<Long> dims) {
        public State {
            dims = List.copyOf(dims);
        }

        /** With the dimensions that the model names. */
        public State(String input, String output) {
            this(input, output, List.of());
        }
    }
}
