package dev.slipway.benchmarks.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.benchmarks.load.LoadGenerator.Time;
import dev.slipway.benchmarks.load.Measurement;
import dev.slipway.benchmarks.load.Meter;
import dev.slipway.benchmarks.load.Question;
import dev.slipway.benchmarks.model.Models;
import dev.slipway.benchmarks.report.Bar;
import dev.slipway.benchmarks.report.Metric;
import dev.slipway.benchmarks.report.Results;
import dev.slipway.benchmarks.report.Series;
import dev.slipway.benchmarks.target.Cores;
import dev.slipway.benchmarks.target.Target;
import dev.slipway.benchmarks.target.Targets;
import dev.slipway.benchmarks.target.VertxEcho;
import dev.slipway.benchmarks.wire.Protocol;
import dev.slipway.benchmarks.wire.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScenariosTest {
    @TempDir
    Path folder;

    private final Results results = new Results();
    private final List<String> said = new ArrayList<>();

    /** An echo in this process, which stands for a server of the project. */
    private record Echo(VertxEcho echo) implements Target {
        @Override
        public String name() {
            return Targets.SLIPWAY;
        }

        @Override
        public boolean speaks(Protocol protocol) {
            return true;
        }

        @Override
        public Question question(Protocol protocol, Workload workload) {
            return Question.local(protocol, workload, echo.port());
        }

        @Override
        public long pid() {
            return ProcessHandle.current().pid();
        }

        @Override
        public void checkAlive() {}

        @Override
        public void close() {
            echo.close();
        }
    }

    private Models models() {
        Path root = Path.of(System.getProperty("slipway.root"));
        return new Models(root.resolve("benchmarks/models"), folder.resolve("no-corpus"), folder);
    }

    private void perform(Scenario scenario, Target target) throws InterruptedException {
        Company company = new Company(new Targets(folder, models(), Cores.ANY, folder), List.of(target), List.of());
        // No built-in target has this name.
        Settings settings = new Settings(2, Time.ofSeconds(0, 0.1), Cores.ANY, Set.of("none"), folder);
        new Performance(company, settings, results, said::add).run(scenario);
    }

    private Echo echo(String model) throws IOException {
        return new Echo(new VertxEcho(models().workload(model), 0));
    }

    @Test
    void measuresEachCaseOnceInEachRoundButTheFirst() throws Exception {
        perform(Scenarios.of("tiny").get(0), echo(Models.TINY));
        assertThat(results.isSound()).as("%s", results.notes()).isTrue();
        assertThat(results.series())
                .hasSize(8)
                .allMatch(series -> results.samples(series).size() == 2);
        assertThat(said).contains("tiny: warm-up round: mlp-4-16-3, tfs-grpc, 8x8, slipway");
    }

    @Test
    void offersTwiceThePeak() throws Exception {
        perform(Scenarios.of("overload").get(0), echo(Models.DEEP));
        assertThat(results.isSound()).as("%s", results.notes()).isTrue();
        Series twice = new Series("overload", Models.DEEP, "oip-grpc", Overload.TWICE, Targets.SLIPWAY);
        assertThat(results.samples(twice)).hasSize(2);
        assertThat(results.notes()).anyMatch(note -> note.startsWith("overload: twice the peak of slipway"));
    }

    @Test
    void comparesAQuietTenantAloneAndBesideMany() throws Exception {
        perform(Scenarios.of("tenants").get(0), echo(Models.DEEP));
        assertThat(results.isSound()).as("%s", results.notes()).isTrue();
        assertThat(results.notes())
                .anyMatch(note -> note.matches("tenants: p99 of a quiet tenant beside another tenant that asks for 4"
                        + " times the .* is .* times that alone; .*stated: at most 10 times.*"));
        assertThat(results.figures()).containsKey("tenants.slipway.p99-ratio.beside-another-tenant");
    }

    @Test
    void staysAtTwiceThePeakForAsLongAsIsSaid() throws Exception {
        perform(Scenarios.of("saturation").get(0).lasting(Duration.ofMillis(5100)), echo(Models.DEEP));
        assertThat(results.isSound()).as("%s", results.notes()).isTrue();
        assertThat(results.notes()).anyMatch(note -> note.startsWith("saturation: slipway, piece 1 (5 s): "));
        assertThat(results.figures())
                .containsKeys(
                        "saturation.slipway.goodput-share",
                        "saturation.slipway.p99-millis",
                        "saturation.slipway.recovery-seconds");
    }

    @Test
    void leavesATargetOutThatAnswersWronglyAndSaysSo() throws Exception {
        // Gives the answers of another model.
        Workload medium = models().workload(Models.MEDIUM).at(Models.TINY);
        perform(Scenarios.of("tiny").get(0), new Echo(new VertxEcho(medium, 0)));
        assertThat(results.isSound()).isFalse();
        assertThat(results.series()).isEmpty();
    }

    @Test
    void skipsAScenarioWhoseModelIsMissing() throws Exception {
        perform(Scenarios.of("conv-resnet").get(0), echo(Models.TINY));
        assertThat(results.isSound()).isTrue();
        assertThat(results.notes())
                .containsExactly(
                        "conv-resnet skipped: no model light-resnet50 (expected: in the corpus; see --corpus)");
    }

    @Test
    void findsScenariosByNameOrBeginning() {
        assertThat(Scenarios.of("conv")).extracting(Scenario::name).containsExactly("conv-squeezenet", "conv-resnet");
        assertThat(Scenarios.all()).extracting(Scenario::name).doesNotHaveDuplicates();
        assertThatThrownBy(() -> Scenarios.of("co")).hasMessageContaining("scenario 'co' (expected: one of [tiny");
    }

    static List<Bar> bars() {
        return Bars.all();
    }

    /** A bar that names a series which its scenario doesn't measure would stay "not measured" for ever. */
    @ParameterizedTest
    @MethodSource("bars")
    void everyBarIsOfNumbersThatItsScenarioMeasures(Bar bar) {
        Scenario scenario = Scenarios.of(bar.scenario()).get(0);
        List<String> targets = new ArrayList<>(scenario.targets());
        for (Case asked : scenario.plan().cases()) {
            for (String target : targets) {
                for (String load : List.of(asked.load().title(), Overload.TWICE, EqualLoad.EQUAL)) {
                    results.add(
                            new Series(
                                    scenario.name(),
                                    asked.model(),
                                    asked.protocol().title(),
                                    load,
                                    target),
                            sample());
                }
            }
            results.add(Series.bare(scenario.name(), asked.model(), 1), sample());
        }
        results.figure(FirstStarts.figure(25, "millis"), 500);
        results.figure(FirstStarts.figure(25, "mebibytes"), 200);
        assertThat(bar.judge(results).ratio()).as(bar.text()).isPositive();
        assertThat(Metric.PER_SECOND.of(sample())).isEqualTo(50);
    }

    private static Measurement sample() {
        return new Measurement(
                100, new Meter.Span(2, 1, 0.5), new Measurement.Latency(1, 2, 3), Measurement.Refusals.NONE);
    }
}
