package dev.slipway.benchmarks.scenario;

import dev.slipway.benchmarks.load.Load;
import dev.slipway.benchmarks.report.Metric;
import dev.slipway.benchmarks.target.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Puts the same cases to all targets in closed loops, and then the first case in an open loop whose rate is the same for
 * all: a share of what the slowest can do.
 *
 * @param cases closed loops
 */
record EqualLoad(List<Case> cases) implements Scenario.Plan {
    /** As the open loop's load is called. */
    static final String EQUAL = "equal rate";

    private static final double SHARE_OF_SLOWEST = 0.7;

    @Override
    public void run(Stage stage) throws IOException, InterruptedException {
        new SideBySide(cases, List.of()).run(stage);
        Case first = cases.get(0);
        double slowest = stage.targets().stream()
                .mapToDouble(target -> stage.results()
                        .median(stage.series(first, first.load().title(), target.name()), Metric.PER_SECOND))
                .min()
                .orElse(Double.NaN);
        if (Double.isNaN(slowest)) {
            return;
        }
        Load equal = new Load.Open(
                SHARE_OF_SLOWEST * slowest, Duration.ZERO, first.load().connections(), 1);
        stage.results()
                .note(String.format(Locale.ROOT, "peers: the equal rate is %,.0f/s", SHARE_OF_SLOWEST * slowest));
        for (int round = 0; round <= stage.settings().rounds(); round++) {
            for (Target target : stage.targets()) {
                stage.measure(round, target, new Case(first.model(), first.protocol(), equal), EQUAL);
            }
        }
    }
}
