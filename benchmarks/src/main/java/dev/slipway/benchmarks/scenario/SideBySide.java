package dev.slipway.benchmarks.scenario;

import dev.slipway.benchmarks.target.Target;
import java.io.IOException;
import java.util.List;

/**
 * Puts the same cases to all targets in turn, so that a machine that slows down slows all, and then runs the loop around
 * the runtime. A first round only warms up.
 *
 * @param cases what is asked
 * @param batches rows of a call of the loop; empty for no loop
 */
record SideBySide(List<Case> cases, List<Integer> batches) implements Scenario.Plan {
    @Override
    public void run(Stage stage) throws IOException {
        for (int round = 0; round <= stage.settings().rounds(); round++) {
            for (Case asked : cases) {
                for (Target target : stage.targets()) {
                    if (target.speaks(asked.protocol())) {
                        stage.measure(round, target, asked);
                    }
                }
            }
            for (String model : batches.isEmpty() ? List.<String>of() : models()) {
                stage.bare(round, model, batches);
            }
        }
    }
}
