package dev.slipway.benchmarks.scenario;

import dev.slipway.benchmarks.load.Load;
import dev.slipway.benchmarks.report.Metric;
import dev.slipway.benchmarks.target.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * First finds each target's peak in a closed loop, then offers twice as much in an open one, each request with a
 * deadline.
 *
 * @param cases of closed loops, one for each model
 * @param deadline of each request
 */
record Overload(List<Case> cases, Duration deadline) implements Scenario.Plan {
    /** As the open loop's load is called. */
    static final String TWICE = "twice the peak";

    /** Lanes enough that requests wait in the server, not here. */
    private static final int CONNECTIONS = 16;

    private static final int STREAMS = 64;

    @Override
    public void run(Stage stage) throws IOException {
        for (Case asked : cases) {
            for (int round = 0; round <= stage.settings().rounds(); round++) {
                for (Target target : stage.targets()) {
                    stage.measure(round, target, asked);
                }
            }
            for (int round = 0; round <= stage.settings().rounds(); round++) {
                for (Target target : stage.targets()) {
                    double peak = stage.results()
                            .median(stage.series(asked, asked.load().title(), target.name()), Metric.PER_SECOND);
                    Load twice = new Load.Open(2 * peak, deadline, CONNECTIONS, STREAMS);
                    if (round == 0) {
                        stage.results()
                                .note(String.format(
                                        Locale.ROOT,
                                        "overload: twice the peak of %s with %s is %,.0f/s, each within %d ms",
                                        target.name(),
                                        asked.model(),
                                        2 * peak,
                                        deadline.toMillis()));
                    }
                    stage.measure(
                            round, target, new Case(asked.model(), asked.protocol(), twice, asked.patience()), TWICE);
                }
            }
        }
    }
}
