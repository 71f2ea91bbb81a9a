package dev.slipway.benchmarks.scenario;

import dev.slipway.benchmarks.report.Results;
import java.io.IOException;
import java.util.List;
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
        try (Stage stage = new Stage(scenario, company, settings, results, progress)) {
            stage.start();
            scenario.plan().run(stage);
            stage.check(scenario.plan().cases());
        } catch (IOException | IllegalStateException e) {
            results.fault("%s stopped: %s".formatted(scenario.name(), e.getMessage()));
        }
    }
}
