package dev.slipway.benchmarks.scenario;

import dev.slipway.benchmarks.report.Results;
import dev.slipway.benchmarks.target.Target;
import dev.slipway.benchmarks.target.Targets;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Runs scenarios: starts their targets, asks, and ends them.
 *
 * @param progress is told what is being done
 */
public record Performance(Company company, Settings settings, Results results, Consumer<String> progress) {
    /** Runs one scenario; what goes wrong is noted, and what was measured until then stays. */
    public void run(Scenario scenario) throws InterruptedException {
        List<String> missing = scenario.plan().models().stream()
                .filter(model -> !company.models().has(model))
                .toList();
        if (!missing.isEmpty()) {
            results.note("%s skipped: no model %s (expected: in the corpus; see --corpus)"
                    .formatted(scenario.name(), String.join(", ", missing)));
            return;
        }
        results.ran(scenario.name());
        try (Stage stage = new Stage(scenario.name(), company, settings, results, progress)) {
            for (String name : scenario.targets()) {
                start(name, scenario, stage);
            }
            for (Target other : company.others()) {
                stage.add(other, scenario.plan().cases());
            }
            scenario.plan().run(stage);
            stage.check(scenario.plan().cases());
        } catch (IOException | IllegalStateException e) {
            results.fault("%s stopped: %s".formatted(scenario.name(), e.getMessage()));
        }
    }

    private void start(String name, Scenario scenario, Stage stage) throws InterruptedException {
        Set<String> only = settings.only();
        if (!only.isEmpty() && !only.contains(name)) {
            return;
        }
        stage.say("starting " + name);
        try {
            Target target = company.targets()
                    .start(name, scenario.name(), scenario.plan().models());
            stage.add(target, scenario.plan().cases());
        } catch (IOException e) {
            String text = "%s: %s skipped: %s".formatted(scenario.name(), name, e.getMessage());
            if (Targets.PEERS.contains(name)) {
                results.note(text);
            } else {
                results.fault(text);
            }
        }
    }
}
