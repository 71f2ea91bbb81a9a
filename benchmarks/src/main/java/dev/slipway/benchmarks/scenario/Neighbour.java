package dev.slipway.benchmarks.scenario;

import dev.slipway.benchmarks.load.Measurement;
import dev.slipway.benchmarks.load.Meter;
import dev.slipway.benchmarks.load.Question;
import dev.slipway.benchmarks.report.Metric;
import dev.slipway.benchmarks.target.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Asks a small model at a low, constant rate, alone and while another model on the same server is flooded.
 *
 * @param quiet the small model's open loop
 * @param floods closed loops of the other models
 */
record Neighbour(Case quiet, List<Case> floods) implements Scenario.Plan {
    /** As the quiet loop's load is called without a flood. */
    static final String ALONE = "alone";

    @Override
    public List<Case> cases() {
        List<Case> all = new ArrayList<>(List.of(quiet));
        all.addAll(floods);
        return all;
    }

    @Override
    public void run(Stage stage) throws IOException {
        for (int round = 0; round <= stage.settings().rounds(); round++) {
            for (Target target : stage.targets()) {
                stage.measure(round, target, quiet, ALONE);
                for (Case flood : floods) {
                    beside(stage, round, target, flood);
                }
            }
        }
        for (Target target : stage.targets()) {
            floods.forEach(flood -> compare(stage, target, flood));
        }
    }

    static String beside(Case flood) {
        return "beside " + flood.model();
    }

    private void beside(Stage stage, int round, Target target, Case flood) throws IOException {
        stage.sayRound(round, "%s beside %s, %s".formatted(quiet.model(), flood.model(), target.name()));
        // The flood is to outlast the quiet loop, whose time it takes three times.
        Case longer = new Case(flood.model(), flood.protocol(), flood.load(), 3);
        Question question = stage.question(target, longer);
        CompletableFuture<Measurement> flooding = CompletableFuture.supplyAsync(() -> stage.flood(question, longer));
        List<Measurement> quietly = stage.measure(target, quiet);
        Measurement flooded = await(flooding);
        if (round > 0) {
            quietly.forEach(
                    found -> stage.results().add(stage.series(quiet, beside(flood), target.name()), withoutCpu(found)));
            stage.results()
                    .add(stage.series(flood, "flood " + flood.load().title(), target.name()), withoutCpu(flooded));
        }
    }

    private static Measurement await(CompletableFuture<Measurement> flooding) {
        try {
            return flooding.join();
        } catch (CompletionException e) {
            throw new IllegalStateException("flood: " + e.getCause(), e);
        }
    }

    /** The process's CPU time belongs to both loops. */
    private static Measurement withoutCpu(Measurement found) {
        return new Measurement(
                found.requests(),
                new Meter.Span(found.span().seconds(), Double.NaN, found.span().generatorBusy()),
                found.latency(),
                found.refusals());
    }

    private void compare(Stage stage, Target target, Case flood) {
        double ratio = stage.results()
                .ratio(
                        stage.series(quiet, beside(flood), target.name()),
                        stage.series(quiet, ALONE, target.name()),
                        Metric.P99);
        stage.results()
                .note(String.format(
                        Locale.ROOT,
                        "neighbour: p99 of %s at %s beside a flood of %s is %.1f times that alone",
                        quiet.model(),
                        target.name(),
                        flood.model(),
                        ratio));
    }
}
