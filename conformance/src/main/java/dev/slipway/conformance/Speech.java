package dev.slipway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** How requests of the tables go out, and how answers are looked at. */
interface Speech {
    /**
     * Sends a request and waits for the answer.
     *
     * @throws dev.slipway.api.SlipwayException when none comes in time
     * @throws IllegalArgumentException when the case itself is wrong
     */
    Answer ask(JsonNode request);

    /** What is wrong with an answer, or null. */
    @Nullable
    String fault(JsonNode expect, Answer answer);

    /** For people. */
    String show(JsonNode request);

    /** For people. */
    String show(Answer answer);
}
