package dev.slipway.benchmarks.scenario;

import dev.slipway.benchmarks.load.Command;
import dev.slipway.benchmarks.load.Load;
import dev.slipway.benchmarks.load.LoadDriver;
import dev.slipway.benchmarks.load.LoadGenerator;
import dev.slipway.benchmarks.load.Measurement;
import dev.slipway.benchmarks.load.Question;
import dev.slipway.benchmarks.model.Models;
import dev.slipway.benchmarks.target.BareLine;
import dev.slipway.benchmarks.target.Cores;
import dev.slipway.benchmarks.target.Target;
import dev.slipway.benchmarks.target.Targets;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Who takes part in all scenarios.
 *
 * @param targets starts those that are built in
 * @param others that somebody else started
 * @param generators in the order in which they are preferred; the driver of this module comes last of itself
 */
public record Company(Targets targets, List<? extends Target> others, List<LoadGenerator> generators) {
    /** The models that are asked. */
    Models models() {
        return targets.models();
    }

    /** The first generator that can ask so. */
    LoadGenerator generator(Question question, Load load, LoadDriver driver) {
        return generators.stream()
                .filter(generator -> generator.canDo(question, load))
                .findFirst()
                .orElse(driver);
    }

    /** Runs the program {@code bare} on the targets' core. */
    Map<BareLine.Kind, Measurement> bare(String model, List<Integer> batches, Duration time, Cores cores)
            throws IOException {
        List<String> command = new ArrayList<>(targets.program("bare"));
        command.addAll(List.of(
                "--io=" + models().io(model),
                "--batches=" + batches.stream().map(String::valueOf).collect(Collectors.joining(",")),
                // Loops know their speed sooner than servers.
                "--seconds=" + Math.min(1, time.toMillis() / 1e3)));
        Map<BareLine.Kind, Measurement> measured = new LinkedHashMap<>();
        Command.run(cores.onServerCore(command))
                .lines()
                .filter(BareLine::isOne)
                .map(BareLine::parse)
                .forEach(line -> measured.put(line.kind(), line.measurement()));
        return measured;
    }
}
