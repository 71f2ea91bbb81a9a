package dev.slipway.benchmarks.scenario;

import dev.slipway.benchmarks.load.LoadGenerator;
import dev.slipway.benchmarks.target.Cores;
import java.nio.file.Path;
import java.util.Set;

/**
 * How long and where is measured.
 *
 * @param rounds that count, at least 1; one before them only warms up
 * @param time of each measurement
 * @param cores of targets and load generator
 * @param only the built-in targets that take part; empty for all
 * @param work takes logs and what is generated
 */
public record Settings(int rounds, LoadGenerator.Time time, Cores cores, Set<String> only, Path work) {
    /** Checks the bounds. */
    public Settings {
        if (rounds < 1 || time.measured().isZero() || time.measured().isNegative()) {
            throw new IllegalArgumentException(
                    "rounds: %d, measured: %s (expected: at least 1, above zero)".formatted(rounds, time.measured()));
        }
        only = Set.copyOf(only);
    }

    /** The time of one case. */
    LoadGenerator.Time timeOf(Case asked) {
        return new LoadGenerator.Time(time.warmUp(), time.measured().multipliedBy(asked.patience()));
    }
}
