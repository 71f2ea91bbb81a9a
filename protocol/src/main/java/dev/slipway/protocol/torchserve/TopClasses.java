package dev.slipway.protocol.torchserve;

import dev.slipway.api.DType;
import dev.slipway.api.Tensor;
import dev.slipway.protocol.json.JsonWriter;
import dev.slipway.protocol.wire.NumberElements;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** The classes that a model holds for the likeliest, row by row. */
final class TopClasses {
    /** As MXNet Model Server's image classifier has it. */
    static final int COUNT = 5;

    private final Tensor scores;
    private final List<String> names;
    private final ByteBuffer data;

    private record Scored(String name, float score) {}

    private TopClasses(Tensor scores, List<String> names) {
        this.scores = scores;
        this.names = names;
        this.data = scores.data();
    }

    /**
     * Of the first output that is a map, or has a score for each of its classes.
     *
     * @param classes by output
     * @return null when there is no such output
     */
    static @Nullable TopClasses of(Map<String, Tensor> outputs, Map<String, List<String>> classes) {
        for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
            Tensor tensor = output.getValue();
            int rank = tensor.shape().rank();
            if (tensor.dtype() == DType.MAP && rank <= 1) {
                return new TopClasses(tensor, List.of());
            }
            List<String> names = classes.getOrDefault(output.getKey(), List.of());
            boolean isScored = tensor.dtype().isFloat();
            if (isScored
                    && !names.isEmpty()
                    && rank >= 1
                    && tensor.shape().dim(rank - 1) == names.size()
                    && (rank <= 2 || tensor.elementCount() == tensor.shape().dim(0) * names.size())) {
                return new TopClasses(tensor, names);
            }
        }
        return null;
    }

    /** How many rows there are. */
    long rows() {
        return names.isEmpty() ? scores.elementCount() : scores.elementCount() / names.size();
    }

    /** Writes the next row: a list of objects of class and probability, the likeliest first. */
    void printRow(JsonWriter out) {
        PriorityQueue<Scored> best = new PriorityQueue<>(Comparator.comparingDouble(Scored::score));
        if (names.isEmpty()) {
            int entries = data.getInt();
            for (int entry = 0; entry < entries; entry++) {
                byte[] name = new byte[data.getInt()];
                data.get(name);
                keep(best, new Scored(new String(name, StandardCharsets.UTF_8), data.getFloat()));
            }
        } else {
            for (String name : names) {
                keep(best, new Scored(name, (float) NumberElements.real(scores.dtype(), data, 0)));
                data.position(data.position() + scores.dtype().byteSize());
            }
        }
        out.beginArray();
        best.stream()
                .sorted(Comparator.comparingDouble(Scored::score).reversed())
                .forEach(one -> out.beginObject()
                        .name("class")
                        .string(one.name())
                        .name("probability")
                        .number(one.score())
                        .endObject());
        out.endArray();
    }

    private static void keep(PriorityQueue<Scored> best, Scored one) {
        best.add(one);
        if (best.size() > COUNT) {
            best.poll();
        }
    }
}
