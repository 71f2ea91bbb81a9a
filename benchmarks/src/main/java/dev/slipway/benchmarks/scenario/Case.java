package dev.slipway.benchmarks.scenario;

import dev.slipway.benchmarks.load.Load;
import dev.slipway.benchmarks.wire.Protocol;

/**
 * One way to ask one model.
 *
 * @param model its name
 * @param patience times as long as other cases are measured, at least 1. Above 1 the load generator of this module asks,
 *     whose percentiles are of the measured requests themselves: slow models give too few for a second run to tell any
 */
public record Case(String model, Protocol protocol, Load load, int patience) {
    /** Measured as long as most. */
    public Case(String model, Protocol protocol, Load load) {
        this(model, protocol, load, 1);
    }
}
