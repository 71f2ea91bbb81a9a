package dev.slipway.conformance;

/**
 * What became of a case.
 *
 * @param reason why it failed or was skipped; empty when it passed
 * @param request the request it ended with, for people
 * @param answer to that, for people; empty when there was none
 */
public record Outcome(VectorCase vector, Verdict verdict, String reason, String request, String answer) {
    /** How a case can end. */
    public enum Verdict {
        PASSED,
        FAILED,
        /** The server has not what the case is about. */
        SKIPPED
    }

    static Outcome skipped(VectorCase vector, String reason) {
        return new Outcome(vector, Verdict.SKIPPED, reason, "", "");
    }
}
