package dev.slipway.benchmarks.report;

/**
 * What was measured again and again.
 *
 * @param scenario its name
 * @param model asked
 * @param protocol its title; {@code made} or {@code pinned} for the loop around the runtime
 * @param load as it is called: {@code 8x8}, {@code 300/s}; {@code batch 8} for the loop
 * @param target who was asked
 */
public record Series(String scenario, String model, String protocol, String load, String target) {
    /** The same asked of another. */
    public Series of(String otherTarget) {
        return new Series(scenario, model, protocol, load, otherTarget);
    }

    /** The loop around the runtime, with results in a buffer of the caller's. */
    public static Series bare(String scenario, String model, int rows) {
        return new Series(scenario, model, "pinned", "batch " + rows, "bare");
    }
}
