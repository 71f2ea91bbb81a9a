package dev.slipway.benchmarks.scenario;

import dev.slipway.benchmarks.load.Measurement;
import dev.slipway.benchmarks.report.Metric;
import dev.slipway.benchmarks.target.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Asks a small model at a constant rate, alone and while models of 500 MiB load and unload beside it.
 *
 * @param quiet the small model's open loop
 */
record Isolation(Case quiet) implements Scenario.Plan {
    static final String NAME = "isolation";
    private static final String ALONE = "alone";
    private static final String BESIDE = "beside loads";

    @Override
    public List<Case> cases() {
        return List.of(quiet);
    }

    @Override
    public void run(Stage stage) throws IOException {
        List<String> loads = new ArrayList<>();
        for (int round = 0; round <= stage.settings().rounds(); round++) {
            for (Target target : stage.targets()) {
                stage.measure(round, target, quiet, ALONE);
                loads.add(target.name() + " " + beside(stage, round, target));
            }
        }
        stage.results().note("isolation: models loaded in each measurement: " + String.join(", ", loads));
        for (Target target : stage.targets()) {
            compare(stage, target);
        }
    }

    private int beside(Stage stage, int round, Target target) throws IOException {
        stage.sayRound(round, "%s %s, %s".formatted(quiet.model(), BESIDE, target.name()));
        Path work = stage.settings().work();
        // As Targets names the folder that it makes for a scenario's target.
        Path models = work.resolve("models").resolve(NAME + "-" + target.name());
        try (Churn churn =
                Churn.start(models, work, stage.question(target, quiet).port())) {
            List<Measurement> found = stage.measure(target, quiet);
            if (round > 0) {
                found.forEach(
                        measurement -> stage.results().add(stage.series(quiet, BESIDE, target.name()), measurement));
            }
            return churn.loads();
        }
    }

    private void compare(Stage stage, Target target) {
        double ratio = stage.results()
                .ratio(
                        stage.series(quiet, BESIDE, target.name()),
                        stage.series(quiet, ALONE, target.name()),
                        Metric.P99);
        stage.results()
                .note(String.format(
                        Locale.ROOT,
                        "isolation: p99 of %s at %s beside loads of 500 MiB is %.2f times that alone",
                        quiet.model(),
                        target.name(),
                        ratio));
        stage.results().figure(NAME + "." + target.name() + ".p99-ratio", ratio);
    }
}
