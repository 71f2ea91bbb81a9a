package dev.slipway.benchmarks.wire;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What is asked, again and again: one row of one float32 input, and the answer that is right.
 *
 * @param model the model's name
 * @param input what is sent
 * @param output what is right, within {@value #TOLERANCE}
 */
public record Workload(String model, Tensor input, Tensor output) {
    private static final double TOLERANCE = 1e-4;

    /**
     * Reads {@code io.json} beside a model of the layout {@code NAME/VERSION/io.json}: its first row. {@code input_shape}
     * and {@code output_shape} are those of one row with its batch dimension; without them a row is flat.
     *
     * @throws IllegalArgumentException when it names no input or output, or has no row
     */
    public static Workload read(Path file) throws IOException {
        JsonObject io = new JsonObject(Files.readString(file));
        Path version = file.toAbsolutePath().normalize().getParent();
        Path model = version == null ? null : version.getParent();
        String input = io.getString("input");
        String output = io.getString("output");
        if (model == null || input == null || output == null) {
            throw new IllegalArgumentException(
                    "%s names input %s and output %s (expected: both, in NAME/VERSION/io.json)"
                            .formatted(file, input, output));
        }
        return new Workload(
                String.valueOf(model.getFileName()),
                tensor(input, io.getJsonArray("input_shape"), firstRow(io, "rows")),
                tensor(output, io.getJsonArray("output_shape"), firstRow(io, "expected")));
    }

    /** Writes what {@link #read} reads. */
    public void write(Path file) throws IOException {
        JsonObject io = new JsonObject()
                .put("input", input.name())
                .put("output", output.name())
                .put("input_shape", new JsonArray(input.shape()))
                .put("output_shape", new JsonArray(output.shape()))
                .put("rows", new JsonArray().add(new JsonArray(input.values())))
                .put("expected", new JsonArray().add(new JsonArray(output.values())));
        Files.writeString(file, io.encode());
    }

    /** The same question to a model of another name. */
    public Workload at(String otherModel) {
        return new Workload(otherModel, input, output);
    }

    private static Tensor tensor(String name, JsonArray shape, List<Float> values) {
        if (shape == null) {
            return Tensor.row(name, values);
        }
        List<Long> dimensions = new ArrayList<>();
        for (int at = 0; at < shape.size(); at++) {
            dimensions.add(shape.getLong(at));
        }
        return new Tensor(name, dimensions, values);
    }

    private static List<Float> firstRow(JsonObject io, String key) {
        JsonArray rows = io.getJsonArray(key);
        if (rows == null || rows.isEmpty()) {
            throw new IllegalArgumentException("'%s' is missing or empty (expected: at least one row)".formatted(key));
        }
        return flat(rows.getJsonArray(0));
    }

    /** All numbers of {@code array}, and of the arrays in it. */
    static List<Float> flat(JsonArray array) {
        List<Float> values = new ArrayList<>();
        for (int at = 0; at < array.size(); at++) {
            if (array.getValue(at) instanceof JsonArray inner) {
                values.addAll(flat(inner));
            } else {
                values.add(array.getFloat(at));
            }
        }
        return values;
    }

    /** Whether {@code values} are the right answer. */
    public boolean isAnswer(List<Float> values) {
        List<Float> expected = output.values();
        if (values.size() != expected.size()) {
            return false;
        }
        for (int at = 0; at < values.size(); at++) {
            if (!(Math.abs(values.get(at) - expected.get(at)) <= TOLERANCE)) {
                return false;
            }
        }
        return true;
    }
}
