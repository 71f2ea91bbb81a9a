package dev.slipway.monitoring;

import dev.slipway.api.ErrorCode;

/**
 * One request for a model, and what came of it.
 *
 * @param id its own, unlike that of any other; the reply carried it
 * @param origin where it came from
 * @param served what answered it, as far as that was known
 * @param outcome what came of it
 * @param phases what took how long
 * @param size how large it was
 */
public record Prediction(String id, Origin origin, Served served, Outcome outcome, Phases phases, Size size) {
    /**
     * Where it came from.
     *
     * @param requestId the client's own word for it, or the prediction's id where it sent none
     * @param principal who asked; {@code anonymous} where nobody says who they are
     * @param remoteAddress as the transport has it
     * @param protocol {@code tfs-rest}, {@code tfs-grpc}, {@code v2-rest}, {@code v2-grpc} ...
     */
    public record Origin(String requestId, String principal, String remoteAddress, String protocol) {}

    /**
     * What answered it.
     *
     * @param model empty where no such model is known
     * @param version -1 where it was not found
     * @param signature empty where it was not read so far
     */
    public record Served(String model, long version, String signature) {
        /** Nothing that is known. */
        public static final Served NOTHING = new Served("", -1, "");
    }

    /**
     * What came of it.
     *
     * @param message what is wrong; empty for OK
     */
    public record Outcome(ErrorCode code, String message) {
        public static final Outcome OK = new Outcome(ErrorCode.OK, "");
    }

    /**
     * Nanoseconds that each phase took; 0 for one that was not reached. What is left of the total was spent between them.
     *
     * @param decode reading the request
     * @param queue waiting for the run
     * @param compute the run, which may have been for others too
     * @param encode writing the answer
     * @param total from the whole request's arrival to its answer
     */
    public record Phases(long decode, long queue, long compute, long encode, long total) {}

    /**
     * How large it was.
     *
     * @param rows of its inputs; 0 where they were not read
     * @param requestBytes of its body or message
     * @param answerBytes of the answer; 0 for an error
     */
    public record Size(int rows, long requestBytes, long answerBytes) {}
}
