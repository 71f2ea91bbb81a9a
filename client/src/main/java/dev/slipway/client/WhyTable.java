package dev.slipway.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Lays out for people how a server runs requests, and why: a paragraph for each signature of each version. */
final class WhyTable {
    private static final List<String> HEAD = List.of("ROWS", "MICROS", "PER ROW", "SAMPLES");
    private static final int NAMES_WIDTH = 9;
    private static final double NANOS_IN_MICRO = 1000;

    private WhyTable() {}

    /** The paragraphs, each line with its line break, an empty line between two. */
    static String format(List<DispatchSummary> all) {
        return all.stream().map(WhyTable::paragraph).collect(Collectors.joining("\n"));
    }

    private static String paragraph(DispatchSummary summary) {
        StringBuilder text = new StringBuilder()
                .append(Printable.line(summary.id().model()))
                .append(" version ")
                .append(summary.id().version())
                .append(", ")
                .append(Printable.line(summary.signature()))
                .append('\n');
        line(text, "place", Printable.line(summary.place()));
        line(text, "joining", Printable.line(summary.joining()));
        line(text, "waiting", Long.toString(summary.waiting()));
        line(text, "runs", runs(summary.reasons()));
        if (!summary.costs().isEmpty()) {
            costs(text, summary.costs());
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append("  ")
                .append(name)
                .append(" ".repeat(NAMES_WIDTH - name.length()))
                .append(value)
                .append('\n');
    }

    /** Those that there were, by name in the order of the answer; reasons without runs say nothing. */
    private static String runs(Map<String, Long> reasons) {
        List<String> counts = new ArrayList<>();
        reasons.forEach((reason, count) -> {
            if (count > 0) {
                counts.add(Printable.line(reason) + " " + count);
            }
        });
        return counts.isEmpty() ? "none yet" : String.join(", ", counts);
    }

    private static void costs(StringBuilder text, List<DispatchSummary.Cost> costs) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        for (DispatchSummary.Cost cost : costs) {
            rows.add(List.of(
                    Long.toString(cost.rows()),
                    micros(cost.nanos() / NANOS_IN_MICRO),
                    micros(cost.nanos() / NANOS_IN_MICRO / Math.max(1, cost.rows())),
                    Long.toString(cost.samples())));
        }
        int[] widths = new int[HEAD.size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        for (List<String> row : rows) {
            text.append(' ');
            for (int column = 0; column < widths.length; column++) {
                String cell = row.get(column);
                text.append(" ".repeat(widths[column] - cell.length() + (column == 0 ? 1 : 2)))
                        .append(cell);
            }
            text.append('\n');
        }
    }

    /** Two digits behind the point below 10, one below 100: what is measured is no more exact. */
    private static String micros(double micros) {
        String form = micros < 10 ? "%.2f" : micros < 100 ? "%.1f" : "%.0f";
        return String.format(Locale.ROOT, form, micros);
    }
}
