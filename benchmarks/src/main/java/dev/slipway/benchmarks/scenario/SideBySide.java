package dev.slipway.benchmarks.scenario;

import dev.slipway.benchmarks.target.Target;
import java.io.IOException;
import java.util.List;

/**
 * Puts the same cases to all targets in turn, so that a machine that slows down slows all, and then runs the loop around
 * the runtime. First rounds only warm up.
 *
 * @param cases what is asked
 * @param batches rows of a call of the loop; empty for no loop
 * @param warmUps rounds that do not count
 */
record SideBySide(List<Case> cases, List<Integer> batches, int warmUps) implements Scenario.Plan {
    SideBySide(List<Case> cases, List<Integer> batches) {
        this(cases, batches, 1);
    }

    @Override
    public void run(Stage stage) throws IOException {
        for (int round = 1 - warmUps; round <= stage.settings().rounds(); round++) {
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
