package dev.slipway.client;

import dev.slipway.api.ByteSize;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.VersionStatus;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Lays the states of models out as a table for people, a line a version, with the reasons of failures below. */
final class ModelsTable {
    private static final List<String> HEAD = List.of("MODEL", "VERSION", "STATE", "LABELS", "SIZE", "SINCE");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    /** A line of cells, and the text that stands indented below it. */
    private record Row(List<String> cells, List<String> notes) {}

    private final ZoneId zone;
    private final boolean hasHistory;

    private ModelsTable(ZoneId zone, boolean hasHistory) {
        this.zone = zone;
        this.hasHistory = hasHistory;
    }

    /**
     * The table, each line with its line break; times are told in {@code zone}.
     *
     * @param hasHistory whether it tells where versions stood before, and of their memory
     */
    static String format(List<ModelStatus> models, ZoneId zone, boolean hasHistory) {
        ModelsTable table = new ModelsTable(zone, hasHistory);
        List<Row> rows = new ArrayList<>();
        rows.add(new Row(HEAD, List.of()));
        models.forEach(model -> rows.addAll(table.rows(model)));
        return aligned(rows);
    }

    private List<Row> rows(ModelStatus model) {
        List<Row> rows = new ArrayList<>();
        String name = Printable.line(model.name());
        for (VersionStatus version : model.versions()) {
            List<String> cells = List.of(
                    name,
                    Long.toString(version.version()),
                    version.state().toString(),
                    labels(model, version.version()),
                    size(version.sizeBytes()),
                    time(version.since()));
            rows.add(new Row(cells, notes(version)));
        }
        SlipwayException problem = model.problem();
        if (rows.isEmpty()) {
            rows.add(new Row(List.of(name, "-", "-", "-", "-", "-"), List.of()));
        }
        List<String> more = new ArrayList<>();
        if (problem != null) {
            more.add("source: " + Printable.line(problem.getMessage()));
        }
        model.rolledBack()
                .forEach((label, reason) ->
                        more.add(Printable.line("label %s was rolled back: %s".formatted(label, reason))));
        if (!more.isEmpty()) {
            Row last = rows.remove(rows.size() - 1);
            List<String> notes = new ArrayList<>(last.notes());
            notes.addAll(more);
            rows.add(new Row(last.cells(), notes));
        }
        return rows;
    }

    private static String labels(ModelStatus model, long version) {
        List<String> labels = new ArrayList<>();
        collect(model.labels(), version, "", labels);
        collect(model.pendingLabels(), version, " (pending)", labels);
        return labels.isEmpty() ? "-" : String.join(", ", labels);
    }

    private static void collect(Map<String, Split> labels, long version, String suffix, List<String> found) {
        labels.forEach((label, split) -> {
            Integer weight = split.weights().get(version);
            if (weight != null) {
                String share = split.isSingle() ? "" : " %.4g %%".formatted(100.0 * weight / sum(split));
                found.add(Printable.line(label) + share + suffix);
            }
        });
    }

    private static long sum(Split split) {
        return split.weights().values().stream().mapToLong(Integer::longValue).sum();
    }

    private List<String> notes(VersionStatus version) {
        List<String> notes = new ArrayList<>();
        SlipwayException error = version.error();
        if (error != null) {
            Instant retryAt = version.retryAt();
            String retry = retryAt == null ? "" : " (next try: %s)".formatted(time(retryAt));
            notes.add("%s: %s%s".formatted(error.code(), Printable.line(error.getMessage()), retry));
        }
        if (hasHistory) {
            notes.add("memory: %s expected, %s measured"
                    .formatted(
                            size(version.memory().expectedBytes()),
                            size(version.memory().measuredBytes())));
            version.history()
                    .forEach(step -> notes.add("%s  %s%s"
                            .formatted(
                                    time(step.since()),
                                    step.state(),
                                    step.reason().isEmpty() ? "" : ": " + Printable.line(step.reason()))));
        }
        return notes;
    }

    private static String size(long bytes) {
        return bytes > 0 ? ByteSize.format(bytes) : "-";
    }

    private String time(Instant instant) {
        return TIME.format(instant.atZone(zone));
    }

    private static String aligned(List<Row> rows) {
        int[] widths = new int[HEAD.size()];
        for (Row row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] =
                        Math.max(widths[column], row.cells().get(column).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (Row row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String cell = row.cells().get(column);
                line.append(cell).append(" ".repeat(widths[column] - cell.length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
            row.notes().forEach(note -> text.append("  ").append(note).append('\n'));
        }
        return text.toString();
    }
}
