package dev.slipway.benchmarks.jmh;

import dev.slipway.api.DType;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.infra.Blackhole;

/** Answers x, float32 {@code [batch, 4]}, as y, untouched: a run costs the same for any number of rows. */
final class TrivialModel implements Loader, Servable {
    static final String INPUT = "x";
    static final String OUTPUT = "y";
    static final int WIDTH = 4;
    static final Signature SIGNATURE = new Signature(Signature.DEFAULT, List.of(spec(INPUT)), List.of(spec(OUTPUT)));

    private static final ModelDescription DESCRIPTION =
            new ModelDescription("slipway_trivial", Map.of(SIGNATURE.name(), SIGNATURE), 1, Map.of());

    private final int tokens;

    /** @param tokens what a run costs, in units of about 2 ns; 0 for nothing */
    TrivialModel(int tokens) {
        this.tokens = tokens;
    }

    private static TensorSpec spec(String name) {
        return new TensorSpec(name, DType.FP32, Shape.of(-1, WIDTH));
    }

    @Override
    public String format() {
        return "trivial";
    }

    @Override
    public ModelDescription describe() {
        return DESCRIPTION;
    }

    @Override
    public Servable load() {
        return this;
    }

    @Override
    public ModelDescription description() {
        return DESCRIPTION;
    }

    @Override
    public InferenceResult run(InferenceRequest request) {
        Tensor input = request.inputs().get(INPUT);
        if (input == null) {
            throw new IllegalArgumentException("inputs: %s (expected: '%s')".formatted(request.inputs(), INPUT));
        }
        if (tokens > 0) {
            Blackhole.consumeCPU(tokens);
        }
        return new Lent(Map.of(OUTPUT, input));
    }

    @Override
    public void close() {}

    private record Lent(Map<String, Tensor> outputs) implements InferenceResult {
        @Override
        public void close() {}
    }
}
