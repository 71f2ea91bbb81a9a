package dev.slipway.benchmarks.model;

import dev.slipway.benchmarks.wire.Tensor;
import dev.slipway.benchmarks.wire.Workload;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Returns the first values of each row: a model that costs next to nothing, however large its input.
 *
 * @param name as served
 * @param inputs values in a row
 * @param outputs values returned, at most {@code inputs}
 */
record FirstValues(String name, int inputs, int outputs) implements Generated {
    @Override
    public byte[] model() {
        return new OnnxGraph()
                .integers("begin", 0)
                .integers("end", outputs)
                .integers("axis", 1)
                .node("Slice", List.of("x", "begin", "end", "axis"), "y")
                .model(inputs, outputs);
    }

    @Override
    public Workload workload() {
        List<Float> row =
                IntStream.range(0, inputs).mapToObj(at -> at % 256 / 256f).toList();
        return new Workload(name, Tensor.row("x", row), Tensor.row("y", row.subList(0, outputs)));
    }
}
