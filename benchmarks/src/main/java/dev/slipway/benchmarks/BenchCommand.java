package dev.slipway.benchmarks;

import dev.slipway.benchmarks.load.Command;
import dev.slipway.benchmarks.load.H2load;
import dev.slipway.benchmarks.load.LoadGenerator;
import dev.slipway.benchmarks.load.Wrk;
import dev.slipway.benchmarks.model.Models;
import dev.slipway.benchmarks.report.Machine;
import dev.slipway.benchmarks.report.Report;
import dev.slipway.benchmarks.report.Results;
import dev.slipway.benchmarks.scenario.Bars;
import dev.slipway.benchmarks.scenario.Company;
import dev.slipway.benchmarks.scenario.Performance;
import dev.slipway.benchmarks.scenario.Scenario;
import dev.slipway.benchmarks.scenario.Scenarios;
import dev.slipway.benchmarks.scenario.Settings;
import dev.slipway.benchmarks.target.Cores;
import dev.slipway.benchmarks.target.RemoteTarget;
import dev.slipway.benchmarks.target.Targets;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code slipway bench}: runs scenarios and reports on them. */
@picocli.CommandLine.Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures the server beside what the machine could do at best, and beside others.")
final class BenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--scenario",
            split = ",",
            paramLabel = "NAME",
            description = "What to measure; 'all', or some of those that --list tells. Default: the quick ones.")
    private List<String> scenarios = List.of();

    @Option(names = "--list", description = "Tells the scenarios, and ends.")
    private boolean list;

    @Option(names = "--rounds", defaultValue = "5", description = "That count; one before them only warms up. [5]")
    private int rounds;

    @Option(names = "--measure", defaultValue = "3", description = "Seconds of each measurement. [3]")
    private double measure;

    @Option(names = "--warm-up", defaultValue = "1", description = "Seconds before each. [1]")
    private double warmUp;

    @Option(names = "--minutes", defaultValue = "30", description = "Of the scenario saturation. [30]")
    private double minutes;

    @Option(
            names = "--target",
            paramLabel = "NAME=PROTOCOL,URL[,MODEL[,PID]]",
            description = "Also measures a server that runs already, such as triton=oip-grpc,http://host:8001")
    private List<String> targets = List.of();

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "TARGET",
            description =
                    "Of the built-in targets, just these: slipway, unbatched, equal-loads, tenants, adaptive, echo, bare, spring, node.")
    private Set<String> only = Set.of();

    @Option(
            names = "--generator",
            defaultValue = "auto",
            description = "auto: wrk and h2load for closed loops where installed; jvm: never. [auto]")
    private String generator;

    @Option(names = "--server-core", defaultValue = "0", description = "Of the targets; -1 for any. [0]")
    private int serverCore;

    @Option(names = "--load-core", defaultValue = "1", description = "Of the load generator. [1]")
    private int loadCore;

    @Option(names = "--corpus", paramLabel = "DIR", description = "Holds onnx/light-squeezenet. [../shared/corpus]")
    private @Nullable Path corpus;

    @Option(names = "--json", paramLabel = "FILE", description = "[benchmarks/target/bench/report.json]")
    private @Nullable Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "[benchmarks/target/bench/report.html]")
    private @Nullable Path html;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (list) {
            Scenarios.all()
                    .forEach(scenario -> out.printf(
                            "%-10s %s%s%n",
                            scenario.name(), scenario.summary(), scenario.quick() ? "" : " (only when named)"));
            out.flush();
            return 0;
        }
        Path root = Path.of(System.getProperty("slipway.root", "."))
                .toAbsolutePath()
                .normalize();
        Path work = Files.createDirectories(root.resolve("benchmarks/target/bench"));
        Settings settings = settings(work);
        List<Scenario> chosen = chosen();
        Company company = company(root, settings);
        Map<String, String> facts = facts(root, settings, company);
        settings.cores().pinSelf();
        Results results = new Results();
        Performance performance = new Performance(company, settings, results, new Progress(System.err));
        Report report = new Report(facts, results, Bars.all());
        Path jsonFile = json == null ? work.resolve("report.json") : json;
        Path htmlFile = html == null ? work.resolve("report.html") : html;
        for (Scenario scenario : chosen) {
            performance.run(scenario);
            // What was measured so far is there also when the rest is interrupted.
            Files.writeString(jsonFile, report.json());
            Files.writeString(htmlFile, report.html());
        }
        out.print(report.text());
        out.printf("%nwritten: %s%n         %s%n", jsonFile, htmlFile);
        out.flush();
        return results.isSound() ? 0 : 1;
    }

    private List<Scenario> chosen() {
        if (scenarios.isEmpty()) {
            return Scenarios.all().stream().filter(Scenario::quick).toList();
        }
        if (scenarios.equals(List.of("all"))) {
            return Scenarios.all();
        }
        return scenarios.stream()
                .map(Scenarios::of)
                .flatMap(List::stream)
                .map(scenario -> scenario.lasting(Benchmarks.duration(60 * minutes)))
                .toList();
    }

    private Settings settings(Path work) {
        Cores cores = serverCore < 0 ? Cores.ANY : Cores.of(serverCore, loadCore);
        return new Settings(
                rounds, LoadGenerator.Time.ofSeconds(warmUp, measure), cores, new LinkedHashSet<>(only), work);
    }

    private Company company(Path root, Settings settings) {
        Path models = root.resolve("benchmarks/models");
        Path found = corpus == null ? root.resolve("../shared/corpus") : corpus;
        Targets builtIn = new Targets(
                root,
                new Models(models, found, settings.work()),
                settings.cores(),
                settings.work().resolve("logs"));
        return new Company(builtIn, targets.stream().map(RemoteTarget::parse).toList(), generators(settings.work()));
    }

    private List<LoadGenerator> generators(Path work) {
        List<LoadGenerator> found = new ArrayList<>();
        if (generator.equals("auto")) {
            Command.find("wrk").ifPresent(program -> found.add(new Wrk(program, work)));
            Command.find("h2load").ifPresent(program -> found.add(new H2load(program, work)));
        } else if (!generator.equals("jvm")) {
            throw new IllegalArgumentException("--generator '%s' (expected: auto or jvm)".formatted(generator));
        }
        return found;
    }

    private Map<String, String> facts(Path root, Settings settings, Company company) {
        Map<String, String> facts = new LinkedHashMap<>(Machine.facts(root, Clock.systemUTC()));
        String others = company.generators().stream()
                .map(found -> found.getClass().getSimpleName().toLowerCase(Locale.ROOT) + ", ")
                .collect(Collectors.joining());
        facts.put("load by", others + "the driver of this module");
        facts.put("cores used", settings.cores().toString());
        facts.put(
                "measured",
                "%s s each after %s s; medians of %d rounds after those that warm up"
                        .formatted(measure, warmUp, rounds));
        return facts;
    }
}
