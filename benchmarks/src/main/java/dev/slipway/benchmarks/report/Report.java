package dev.slipway.benchmarks.report;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that a run found, in the forms in which it is told.
 *
 * @param facts of the machine and the run, in order
 * @param results what was measured
 * @param bars that the results are compared with, where their scenario was run
 */
public record Report(Map<String, String> facts, Results results, List<Bar> bars) {
    /** Facts, tables, bars and notes, for a terminal. */
    public String text() {
        StringBuilder text = new StringBuilder();
        facts.forEach((name, fact) -> text.append("%-13s %s%n".formatted(name + ":", fact)));
        text.append('\n').append(Table.of(results));
        List<Bar.Verdict> verdicts = verdicts();
        if (!verdicts.isEmpty()) {
            text.append("\nbars\n\n");
            verdicts.forEach(verdict -> text.append(verdict).append('\n'));
        }
        if (!results.notes().isEmpty()) {
            text.append("\nnotes\n\n");
            results.notes().forEach(note -> text.append("- ").append(note).append('\n'));
        }
        return text.toString();
    }

    /** The bars of the scenarios that were run. */
    List<Bar.Verdict> verdicts() {
        Set<String> run = results.scenarios();
        return bars.stream()
                .filter(bar -> run.contains(bar.scenario()))
                .map(bar -> bar.judge(results))
                .toList();
    }

    /** The same, with every sample, as JSON. */
    public String json() {
        return JsonReport.of(this).encodePrettily();
    }

    /** The same with charts, as one HTML file that needs no other. */
    public String html() {
        return HtmlReport.of(this);
    }
}
