package dev.slipway.benchmarks.load;

import java.time.Duration;

/** Asks a question in a given way, for some time, and says what came of it. */
public interface LoadGenerator {
    /** Whether this generator can ask so; who can't is not to be run. */
    boolean canDo(Question question, Load load);

    /**
     * Asks for the warm-up, then for the measured time, and counts the answers of the latter.
     *
     * @throws IllegalStateException when an answer is wrong, or the server can't be reached
     */
    Measurement run(Question question, Load load, Time time, Meter meter);

    /**
     * How long a run takes.
     *
     * @param warmUp not counted, from the first answer on
     * @param measured above zero
     */
    record Time(Duration warmUp, Duration measured) {
        /** In seconds. */
        public static Time ofSeconds(double warmUp, double measured) {
            return new Time(Duration.ofNanos(Math.round(warmUp * 1e9)), Duration.ofNanos(Math.round(measured * 1e9)));
        }
    }
}
