package dev.slipway.benchmarks.scenario;

import dev.slipway.benchmarks.load.Load;
import dev.slipway.benchmarks.load.Measurement;
import dev.slipway.benchmarks.load.Question;
import dev.slipway.benchmarks.report.Metric;
import dev.slipway.benchmarks.target.Target;
import dev.slipway.benchmarks.target.Targets;
import dev.slipway.benchmarks.target.Tenants;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * Asks a model at a low, constant rate as one tenant: alone, while another tenant asks the same model for many times what it
 * can do, and, to see what sharing is worth, while the same tenant does.
 *
 * @param peak the closed loop that finds what the model can do
 * @param share of that, which the quiet tenant asks for
 * @param times what is asked for besides, in what the model can do
 */
record NoisyTenant(Case peak, double share, double times) implements Scenario.Plan {
    static final String NAME = "tenants";
    static final String ALONE = "alone";
    static final String BESIDE = "beside another tenant";
    static final String AMONG = "beside its own";

    private static final String CROWD = "the crowd, ";

    /** How much longer, at the p99, a quiet tenant may wait because of others. */
    static final double FACTOR = 10;

    /** After that the server makes batches as large as for one tenant again. */
    private static final Duration SHARED = Duration.ofSeconds(2);

    /** Of the many; enough that thousands of them wait in the server, not here. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private static final int CONNECTIONS = 16;
    private static final int STREAMS = 100;
    /** Connections, and streams of each, of the quiet tenant: enough for whatever it has to wait. */
    private static final int LANES = 8;

    @Override
    public List<Case> cases() {
        return List.of(peak);
    }

    @Override
    public void run(Stage stage) throws IOException {
        for (Target target : stage.targets()) {
            for (int round = 0; round <= stage.settings().rounds(); round++) {
                stage.measure(round, target, peak);
            }
            double most =
                    stage.results().median(stage.series(peak, peak.load().title(), target.name()), Metric.PER_SECOND);
            Load crowd = new Load.Open(times * most, PATIENCE, CONNECTIONS, STREAMS);
            Load seldom = new Load.Open(share * most, Duration.ZERO, LANES, LANES);
            Scene scene = new Scene(stage, target, new Case(peak.model(), peak.protocol(), seldom, peak.patience()));
            for (int round = 0; round <= stage.settings().rounds(); round++) {
                scene.alone(round);
                scene.beside(round, BESIDE, crowd, Tenants.NOISY);
                pause();
                scene.beside(round, AMONG, crowd, Tenants.QUIET);
            }
            compare(stage, target, most);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(SHARED.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** One target, and how the quiet tenant asks it. */
    private record Scene(Stage stage, Target target, Case quiet) {
        void alone(int round) throws IOException {
            say(round, ALONE);
            keep(round, ALONE, stage.flood(of(Tenants.QUIET), quiet));
        }

        void beside(int round, String name, Load crowd, String whose) throws IOException {
            say(round, name);
            // The crowd stays until after the quiet tenant has gone.
            Case longer = new Case(quiet.model(), quiet.protocol(), crowd, quiet.patience() + 1);
            Question many = of(whose);
            CompletableFuture<Measurement> flooding = CompletableFuture.supplyAsync(() -> stage.flood(many, longer));
            Measurement found = stage.flood(of(Tenants.QUIET), quiet);
            Measurement flood = flooding.join();
            keep(round, name, found);
            keep(round, CROWD + name, flood);
        }

        private void say(int round, String name) {
            stage.sayRound(round, "%s, a quiet tenant %s, %s".formatted(quiet.model(), name, target.name()));
        }

        private void keep(int round, String name, Measurement found) {
            if (round > 0) {
                stage.results().add(stage.series(quiet, name, target.name()), found);
            }
        }

        private Question of(String tenant) throws IOException {
            Question question = stage.question(target, quiet);
            return target.name().equals(Targets.TENANTS)
                    ? question.of(new Tenants(stage.settings().work()).key(tenant))
                    : question;
        }
    }

    private void compare(Stage stage, Target target, double most) {
        for (String name : List.of(BESIDE, AMONG)) {
            double ratio = stage.results()
                    .ratio(
                            stage.series(peak, name, target.name()),
                            stage.series(peak, ALONE, target.name()),
                            Metric.P99);
            double refused = stage.results().samples(stage.series(peak, name, target.name())).stream()
                    .mapToDouble(Measurement::refusedShare)
                    .max()
                    .orElse(Double.NaN);
            stage.results()
                    .note(String.format(
                            Locale.ROOT,
                            "%s: p99 of a quiet tenant %s that asks for %.0f times the %,.0f/s that %s can do is %.2f"
                                    + " times that alone; %.1f %% of its requests were refused%s",
                            NAME,
                            name,
                            times,
                            most,
                            peak.model(),
                            ratio,
                            100 * refused,
                            name.equals(BESIDE)
                                    ? String.format(Locale.ROOT, " (stated: at most %.0f times)", FACTOR)
                                    : ""));
            stage.results().figure("%s.%s.p99-ratio.%s".formatted(NAME, target.name(), name.replace(' ', '-')), ratio);
        }
    }
}
