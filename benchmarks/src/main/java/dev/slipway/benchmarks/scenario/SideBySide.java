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
 * @param starts how often targets are started
 */
record SideBySide(List<Case> cases, List<Integer> batches, Starts starts) implements Scenario.Plan {
    /**
     * How often targets are started. The JIT compiler makes of one server now this, now that: a ratio of two that were
     * started once each is partly the compiler's.
     *
     * @param warmUps rounds after each start that do not count
     * @param rounds that count, after which targets are started again; the last start may have fewer
     */
    record Starts(int warmUps, int rounds) {
        static final Starts ONCE = new Starts(1, Integer.MAX_VALUE);
    }

    SideBySide(List<Case> cases, List<Integer> batches) {
        this(cases, batches, Starts.ONCE);
    }

    @Override
    public void run(Stage stage) throws IOException, InterruptedException {
        for (int round = 1; round <= stage.settings().rounds(); round++) {
            if ((round - 1) % starts.rounds() == 0) {
                if (round > 1) {
                    stage.check(cases);
                    stage.startAgain();
                }
                for (int warmUp = 0; warmUp < starts.warmUps(); warmUp++) {
                    ask(stage, 0);
                }
            }
            ask(stage, round);
        }
    }

    private void ask(Stage stage, int round) throws IOException {
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
