package dev.slipway.benchmarks.scenario;

import dev.slipway.benchmarks.load.Intervals;
import dev.slipway.benchmarks.load.Load;
import dev.slipway.benchmarks.load.LoadDriver;
import dev.slipway.benchmarks.load.LoadGenerator;
import dev.slipway.benchmarks.load.Measurement;
import dev.slipway.benchmarks.load.Meter;
import dev.slipway.benchmarks.load.ProcMeter;
import dev.slipway.benchmarks.load.Question;
import dev.slipway.benchmarks.load.WrongAnswerException;
import dev.slipway.benchmarks.report.Results;
import dev.slipway.benchmarks.report.Series;
import dev.slipway.benchmarks.target.Target;
import dev.slipway.benchmarks.target.Targets;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The running targets of one scenario, and the means to ask them. */
public final class Stage implements AutoCloseable {
    /** A peer's first start installs and builds. */
    private static final Duration START_PATIENCE = Duration.ofMinutes(15);

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Scenario scenario;
    private final Company company;
    private final Settings settings;
    private final Results results;
    private final Consumer<String> progress;
    private final List<Target> targets = new ArrayList<>();
    private final LoadDriver driver = new LoadDriver();

    Stage(Scenario scenario, Company company, Settings settings, Results results, Consumer<String> progress) {
        this.scenario = scenario;
        this.company = company;
        this.settings = settings;
        this.results = results;
        this.progress = progress;
    }

    /** The targets that take part. */
    List<Target> targets() {
        return List.copyOf(targets);
    }

    /** How long and where is measured. */
    Settings settings() {
        return settings;
    }

    /** What was measured so far. */
    Results results() {
        return results;
    }

    /** Where targets, models and load generators come from. */
    Company company() {
        return company;
    }

    void say(String text) {
        progress.accept(scenario.name() + ": " + text);
    }

    /** Starts the built-in targets, and has those that somebody else started take part. */
    void start() throws InterruptedException {
        startOwn();
        for (Target other : company.others()) {
            add(other);
        }
    }

    /** Ends the built-in targets, and starts them again; one that was left out may be there again. */
    void startAgain() throws InterruptedException {
        for (Target target : targets()) {
            if (!company.others().contains(target)) {
                targets.remove(target);
                target.close();
            }
        }
        startOwn();
    }

    private void startOwn() throws InterruptedException {
        for (String name : scenario.targets()) {
            if (settings.only().isEmpty() || settings.only().contains(name)) {
                startOwn(name);
            }
        }
    }

    private void startOwn(String name) throws InterruptedException {
        say("starting " + name);
        try {
            add(company.targets().start(name, scenario.name(), scenario.plan().models()));
        } catch (IOException e) {
            String text = "%s: %s skipped: %s".formatted(scenario.name(), name, e.getMessage());
            if (Targets.PEERS.contains(name)) {
                results.note(text);
            } else {
                results.fault(text);
            }
        }
    }

    /** Adds a running target, once it answers one of the cases rightly; leaves it out, with a note, when it doesn't. */
    private void add(Target target) throws InterruptedException {
        targets.add(target);
        List<Case> cases = scenario.plan().cases();
        List<Case> spoken =
                cases.stream().filter(asked -> target.speaks(asked.protocol())).toList();
        if (spoken.isEmpty()) {
            drop(target, "it speaks none of the protocols asked");
            return;
        }
        try {
            awaitAnswer(target, spoken.get(0));
            check(target, cases);
        } catch (IOException | IllegalStateException e) {
            drop(target, String.valueOf(e.getMessage()));
        }
    }

    private void awaitAnswer(Target target, Case asked) throws IOException, InterruptedException {
        long end = System.nanoTime() + START_PATIENCE.toNanos();
        while (true) {
            target.checkAlive();
            try {
                check(target, asked);
                return;
            } catch (IllegalStateException e) {
                if (e.getCause() instanceof WrongAnswerException) {
                    throw e;
                }
                if (System.nanoTime() > end) {
                    throw new IOException(
                            "no right answer within %d min: %s".formatted(START_PATIENCE.toMinutes(), e.getMessage()),
                            e);
                }
                say("waiting for " + target.name());
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }

    /** Compares the values of every target's answer to every case; a target that answers wrongly is left out. */
    void check(List<Case> cases) {
        for (Target target : targets()) {
            try {
                check(target, cases);
            } catch (IOException | IllegalStateException e) {
                drop(target, String.valueOf(e.getMessage()));
            }
        }
    }

    private void check(Target target, List<Case> cases) throws IOException {
        for (Case asked : cases) {
            if (target.speaks(asked.protocol())) {
                check(target, asked);
            }
        }
    }

    private void check(Target target, Case asked) throws IOException {
        driver.run(question(target, asked), new Load.Closed(1, 1), LoadGenerator.Time.ofSeconds(0, 0.001), Meter.NONE);
    }

    Question question(Target target, Case asked) throws IOException {
        return target.question(asked.protocol(), company.models().workload(asked.model()));
    }

    /** Measures; nothing comes back when the target had to be left out. */
    List<Measurement> measure(Target target, Case asked) throws IOException {
        try {
            Question question = question(target, asked);
            LoadGenerator generator = asked.patience() > 1 ? driver : company.generator(question, asked.load(), driver);
            ProcMeter meter = new ProcMeter(target.pid(), settings.cores().load());
            return List.of(generator.run(question, asked.load(), settings.timeOf(asked), meter));
        } catch (IllegalStateException e) {
            drop(target, String.valueOf(e.getMessage()));
            return List.of();
        }
    }

    /**
     * Measures beside another measurement, in a thread of its own; touches nothing that belongs to the stage's thread.
     *
     * @throws IllegalStateException when an answer is wrong
     */
    Measurement flood(Question question, Case asked) {
        try (LoadDriver own = new LoadDriver()) {
            ProcMeter meter = new ProcMeter(0, settings.cores().load());
            return company.generator(question, asked.load(), own)
                    .run(question, asked.load(), settings.timeOf(asked), meter);
        }
    }

    /**
     * Asks with this module's driver, whatever the time of the scenario.
     *
     * @throws IllegalStateException when an answer is wrong
     */
    Measurement inPieces(Question question, Load load, LoadGenerator.Time time, Intervals intervals) {
        return driver.run(question, load, time, Meter.NONE, intervals);
    }

    /** Measures in one round, and keeps the result if the round counts. */
    void measure(int round, Target target, Case asked) throws IOException {
        measure(round, target, asked, asked.load().title());
    }

    /** The same under another name of the load. */
    void measure(int round, Target target, Case asked, String load) throws IOException {
        sayRound(
                round,
                "%s, %s, %s, %s".formatted(asked.model(), asked.protocol().title(), load, target.name()));
        for (Measurement measurement : measure(target, asked)) {
            if (round > 0) {
                results.add(series(asked, load, target.name()), measurement);
                results.payload(
                        series(asked, load, target.name()),
                        question(target, asked).body().length());
            }
        }
    }

    void sayRound(int round, String what) {
        String which = round <= 0 ? "warm-up round" : "round %d of %d".formatted(round, settings.rounds());
        say(which + ": " + what);
    }

    Series series(Case asked, String load, String target) {
        return new Series(scenario.name(), asked.model(), asked.protocol().title(), load, target);
    }

    /** Runs the loop around the runtime in a process of its own, with each of these batch sizes. */
    void bare(int round, String model, List<Integer> batches) throws IOException {
        if (!settings.only().isEmpty() && !settings.only().contains("bare")) {
            return;
        }
        sayRound(round, "%s, bare ONNX Runtime".formatted(model));
        company.bare(model, batches, settings.time().measured(), settings.cores())
                .forEach((kind, measurement) -> {
                    if (round > 0) {
                        results.add(
                                new Series(scenario.name(), model, kind.outputs(), "batch " + kind.rows(), "bare"),
                                measurement);
                    }
                });
    }

    private void drop(Target target, String reason) {
        targets.remove(target);
        results.fault("%s: %s left out: %s".formatted(scenario.name(), target.name(), reason));
        target.close();
    }

    @Override
    public void close() {
        targets.forEach(Target::close);
        driver.close();
    }
}
