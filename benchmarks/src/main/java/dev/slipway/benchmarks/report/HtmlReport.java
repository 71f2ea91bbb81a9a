package dev.slipway.benchmarks.report;

import java.util.List;
import java.util.Locale;

/** A report as one HTML page, with its charts inside and nothing outside. */
final class HtmlReport {
    private static final String STYLE = """
            body { font: 14px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1c2733; }
            h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; } h3 { font-size: .95rem; margin-bottom: .2rem; }
            table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
            th, td { padding: .2rem .6rem; text-align: left; border-bottom: 1px solid #dde3ea; vertical-align: top; }
            pre { overflow-x: auto; background: #f5f7fa; padding: .8rem; font-size: 12px; }
            .met { color: #0a7d45; font-weight: 600; } .missed { color: #b3261e; font-weight: 600; }
            .not_measured { color: #6b7785; }
            svg text { font: 12px system-ui, sans-serif; fill: #1c2733; }
            """;

    private final StringBuilder html = new StringBuilder();
    private final Report report;

    private HtmlReport(Report report) {
        this.report = report;
    }

    static String of(Report report) {
        return new HtmlReport(report).page();
    }

    private String page() {
        html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append(
                        "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Slipway bench</title>\n<style>\n")
                .append(STYLE)
                .append("</style>\n</head>\n<body>\n<h1>Slipway bench</h1>\n<table>\n");
        report.facts().forEach((name, fact) -> row(List.of(name, fact)));
        html.append("</table>\n");
        bars();
        report.results().series().stream().map(Series::scenario).distinct().forEach(this::scenario);
        notes();
        return html.append("<h2>All numbers</h2>\n<pre>")
                .append(escaped(Table.of(report.results())))
                .append("</pre>\n</body>\n</html>\n")
                .toString();
    }

    private void row(List<String> cells) {
        html.append("<tr>");
        cells.forEach(cell -> html.append("<td>").append(escaped(cell)).append("</td>"));
        html.append("</tr>\n");
    }

    private void bars() {
        if (report.verdicts().isEmpty()) {
            return;
        }
        html.append("<h2>Bars</h2>\n<table>\n<tr><th>scenario<th>what<th>found<th>bar<th>outcome</tr>\n");
        for (Bar.Verdict verdict : report.verdicts()) {
            Bar bar = verdict.bar();
            String outcome = verdict.outcome().name().toLowerCase(Locale.ROOT);
            html.append("<tr>");
            for (String cell : List.of(
                    bar.scenario(),
                    bar.text(),
                    Double.isNaN(verdict.ratio()) ? "-" : Chart.number(verdict.ratio()),
                    (bar.bound() == Bar.Bound.AT_LEAST ? "at least " : "at most ") + Chart.number(bar.threshold()))) {
                html.append("<td>").append(escaped(cell)).append("</td>");
            }
            html.append("<td class=\"")
                    .append(outcome)
                    .append("\">")
                    .append(outcome.replace('_', ' '))
                    .append("</td></tr>\n");
        }
        html.append("</table>\n");
    }

    private void scenario(String name) {
        html.append("<h2>").append(escaped(name)).append("</h2>\n");
        List<Series> all = report.results().series().stream()
                .filter(series -> series.scenario().equals(name))
                .toList();
        List<Series> servers =
                all.stream().filter(series -> !series.target().equals("bare")).toList();
        List<Series> loops =
                all.stream().filter(series -> series.target().equals("bare")).toList();
        chart(servers, Metric.PER_CPU_SECOND, 1, "answers per CPU-second of the target");
        chart(servers, Metric.P50, 1e-3, "median latency, ms");
        chart(servers, Metric.P99, 1e-3, "p99 latency, ms");
        chart(loops, Metric.PER_CPU_SECOND, 1, "rows per CPU-second of the loop around the runtime");
    }

    private void chart(List<Series> all, Metric metric, double unit, String title) {
        Results results = report.results();
        List<Series> shown = all.stream()
                .filter(series -> !Double.isNaN(results.median(series, metric)))
                .toList();
        if (shown.isEmpty()) {
            return;
        }
        html.append("<h3>")
                .append(escaped(title))
                .append("</h3>\n")
                .append(Chart.of(shown.stream()
                        .map(series -> new Chart.Line(
                                "%s %s %s".formatted(series.model(), series.protocol(), series.load()),
                                series.target(),
                                scaled(results.statistic(series, metric), unit)))
                        .toList()));
    }

    private static Statistic scaled(Statistic value, double unit) {
        return new Statistic(value.median() * unit, value.min() * unit, value.max() * unit);
    }

    private void notes() {
        if (!report.results().notes().isEmpty()) {
            html.append("<h2>Notes</h2>\n<ul>\n");
            report.results()
                    .notes()
                    .forEach(note -> html.append("<li>").append(escaped(note)).append("</li>\n"));
            html.append("</ul>\n");
        }
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
