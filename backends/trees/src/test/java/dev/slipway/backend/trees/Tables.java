package dev.slipway.backend.trees;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads the tables beside models. */
final class Tables {
    private Tables() {}

    /** Rows of numbers, which any of comma, tab and space separate; an empty cell is NaN. */
    static double[][] numbers(Path path, boolean hasHeader) throws IOException {
        List<String> lines = lines(path);
        return lines.subList(hasHeader ? 1 : 0, lines.size()).stream()
                .map(line -> Arrays.stream(line.split("[,\t ]", -1))
                        .mapToDouble(
                                cell -> cell.isEmpty() || cell.equals("N/A") ? Double.NaN : Double.parseDouble(cell))
                        .toArray())
                .toArray(double[][]::new);
    }

    /** Rows of text, the names of the columns first. */
    static List<String[]> texts(Path path) throws IOException {
        List<String[]> rows = new ArrayList<>();
        for (String line : lines(path)) {
            rows.add(line.split(",", -1));
        }
        return rows;
    }

    /** Rows of a label and pairs of index and value; what is not there is NaN. */
    static double[][] sparse(Path path, int columns, int firstIndex) throws IOException {
        List<double[]> rows = new ArrayList<>();
        for (String line : lines(path)) {
            double[] row = new double[columns];
            Arrays.fill(row, Double.NaN);
            String[] cells = line.split(" ");
            for (int i = 1; i < cells.length; i++) {
                int colon = cells[i].indexOf(':');
                int index = Integer.parseInt(cells[i].substring(0, colon)) - firstIndex;
                if (index < columns) {
                    row[index] = Double.parseDouble(cells[i].substring(colon + 1));
                }
            }
            rows.add(row);
        }
        return rows.toArray(new double[0][]);
    }

    private static List<String> lines(Path path) throws IOException {
        return Files.readAllLines(path).stream()
                .map(String::stripTrailing)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /** All numbers of a table without some of its first columns. */
    static double[] flat(double[][] rows, int skipped) {
        return Arrays.stream(rows)
                .flatMapToDouble(row -> Arrays.stream(row, skipped, row.length))
                .toArray();
    }
}
