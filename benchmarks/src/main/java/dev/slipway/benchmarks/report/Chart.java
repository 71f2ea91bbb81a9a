package dev.slipway.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Horizontal bars with their spread, as SVG. */
final class Chart {
    private static final int LABEL = 340;
    private static final int TARGET = 80;
    private static final int WIDTH = 1_040;
    private static final int NUMBER = 90;
    private static final int LINE = 20;
    private static final Map<String, String> COLOURS = Map.of(
            "slipway", "#1769aa",
            "unbatched", "#7fb2dd",
            "echo", "#9aa5b1",
            "bare", "#c3ccd6",
            "spring", "#6a9f3f",
            "node", "#b8862b");
    private static final String OTHER_COLOUR = "#8a63b5";

    /**
     * One bar.
     *
     * @param label what was asked; said once for neighbours with the same
     * @param target who was asked; gives the colour
     * @param value its length, and the ends of its spread
     */
    record Line(String label, String target, Statistic value) {}

    private Chart() {}

    static String of(List<Line> lines) {
        double most =
                lines.stream().mapToDouble(line -> line.value().max()).max().orElse(1);
        StringBuilder svg = new StringBuilder();
        svg.append("<svg width=\"%d\" height=\"%d\" role=\"img\">%n".formatted(WIDTH, lines.size() * LINE + 4));
        String last = "";
        for (int at = 0; at < lines.size(); at++) {
            Line line = lines.get(at);
            int top = at * LINE;
            if (!line.label().equals(last)) {
                last = line.label();
                text(svg, 0, top, last);
            }
            text(svg, LABEL, top, line.target());
            bar(svg, top, line, (WIDTH - LABEL - TARGET - NUMBER) / Math.max(most, Double.MIN_NORMAL));
        }
        return svg.append("</svg>\n").toString();
    }

    private static void text(StringBuilder svg, double x, int top, String text) {
        svg.append(String.format(
                Locale.ROOT, "<text x=\"%.0f\" y=\"%d\">%s</text>%n", x, top + 15, HtmlReport.escaped(text)));
    }

    private static void bar(StringBuilder svg, int top, Line line, double scale) {
        Statistic value = line.value();
        double begin = LABEL + TARGET;
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%.0f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                begin,
                top + 3,
                value.median() * scale,
                LINE - 5,
                COLOURS.getOrDefault(line.target(), OTHER_COLOUR)));
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"#1c2733\"/>%n",
                begin + value.min() * scale,
                begin + value.max() * scale,
                top + LINE / 2,
                top + LINE / 2));
        text(svg, begin + value.max() * scale + 6, top, number(value.median()));
    }

    /** With three digits that matter. */
    static String number(double value) {
        String form = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : value >= 0.1 ? "%.2f" : "%.4f";
        return String.format(Locale.ROOT, form, value);
    }
}
