package dev.slipway.benchmarks.load;

/** A server answered, but not what is right. Asking again won't help. */
public final class WrongAnswerException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    WrongAnswerException(String message) {
        super(message);
    }
}
