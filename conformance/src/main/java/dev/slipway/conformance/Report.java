package dev.slipway.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.conformance.Outcome.Verdict;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tells people, or programs, what became of the cases. */
record Report(List<Outcome> outcomes) {
    private static final String ROW = "%-16s %7s %7s %8s%n";

    long count(Verdict verdict) {
        return outcomes.stream().filter(outcome -> outcome.verdict() == verdict).count();
    }

    void print(PrintWriter out, boolean verbose) {
        for (Outcome outcome : outcomes) {
            if (outcome.verdict() == Verdict.FAILED) {
                printFailure(out, outcome);
            } else if (verbose) {
                String reason = outcome.reason().isEmpty() ? "" : " (" + outcome.reason() + ")";
                out.printf(
                        "%s %s: %s%s%n",
                        outcome.verdict(),
                        outcome.vector().id(),
                        outcome.vector().says(),
                        reason);
            }
        }
        if (!verbose) {
            printSkipped(out);
        }
        printTable(out);
    }

    private static void printFailure(PrintWriter out, Outcome outcome) {
        out.printf("FAILED %s: %s%n", outcome.vector().id(), outcome.vector().says());
        out.printf("  see       %s%n", outcome.vector().reference());
        out.printf("  request   %s%n", indented(outcome.request()));
        out.printf("  answer    %s%n", outcome.answer().isEmpty() ? "none" : indented(outcome.answer()));
        out.printf("  fault     %s%n%n", indented(outcome.reason()));
    }

    private static String indented(String text) {
        return text.strip().replace("\n", "\n            ");
    }

    private void printSkipped(PrintWriter out) {
        Map<String, Integer> reasons = new TreeMap<>();
        for (Outcome outcome : outcomes) {
            if (outcome.verdict() == Verdict.SKIPPED) {
                reasons.merge(outcome.vector().profile().word() + ": " + outcome.reason(), 1, Integer::sum);
            }
        }
        reasons.forEach((reason, count) -> out.printf("SKIPPED %d of %s%n", count, reason));
    }

    private void printTable(PrintWriter out) {
        out.printf(ROW, "PROFILE", "PASSED", "FAILED", "SKIPPED");
        for (Profile profile : Profile.values()) {
            Report part = new Report(outcomes.stream()
                    .filter(outcome -> outcome.vector().profile() == profile)
                    .toList());
            if (!part.outcomes().isEmpty()) {
                part.printRow(out, profile.word());
            }
        }
        printRow(out, "all");
    }

    private void printRow(PrintWriter out, String name) {
        out.printf(ROW, name, count(Verdict.PASSED), count(Verdict.FAILED), count(Verdict.SKIPPED));
    }

    String json() {
        ObjectNode tree = Vectors.JSON.createObjectNode();
        for (Verdict verdict : Verdict.values()) {
            tree.put(verdict.name().toLowerCase(java.util.Locale.ROOT), count(verdict));
        }
        ArrayNode cases = tree.putArray("cases");
        for (Outcome outcome : outcomes) {
            cases.addObject()
                    .put("id", outcome.vector().id())
                    .put("profile", outcome.vector().profile().word())
                    .put("verdict", outcome.verdict().name())
                    .put("reason", outcome.reason())
                    .put("request", outcome.request())
                    .put("answer", outcome.answer());
        }
        try {
            return Vectors.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
