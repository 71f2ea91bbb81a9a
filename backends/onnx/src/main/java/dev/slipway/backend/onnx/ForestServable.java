package dev.slipway.backend.onnx;

import static dev.slipway.api.ErrorCode.DEADLINE_EXCEEDED;
import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.DType;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.backend.common.Holdings;
import dev.slipway.backend.forest.Rows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/** A tree ensemble that runs without the runtime, with the answers that the runtime would give. */
final class ForestServable implements Servable {
    private final String file;
    private final CheckedModel model;
    private final ForestGraph graph;
    private final Asked asked;
    private final Holdings.Claim claim;
    private volatile boolean isClosed;

    ForestServable(String file, CheckedModel model, ForestGraph graph, Holdings.Claim claim) {
        this.file = file;
        this.model = model;
        this.graph = graph;
        this.claim = claim;
        asked = new Asked(model);
    }

    @Override
    public ModelDescription description() {
        return model.description();
    }

    @Override
    public InferenceResult run(InferenceRequest request) {
        if (request.deadline().isExpired(System.nanoTime())) {
            throw new SlipwayException(
                    DEADLINE_EXCEEDED, "'%s' was not run: the request's deadline has passed".formatted(file));
        } else if (isClosed) {
            throw new SlipwayException(UNAVAILABLE, "'%s' is closed (expected: loaded)".formatted(file));
        }
        Tensor input = asked.inputs(request.inputs())[0];
        int[] wanted = asked.outputs(request.outputs());
        if (input.shape().dim(1) < graph.columnsMin()) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "input '%s' has shape %s (expected: at least %d columns)"
                            .formatted(model.inputs().get(0).name(), input.shape(), graph.columnsMin()));
        }
        Rows rows = Rows.of(input);
        TreeScores.Result result = graph.scores().run(rows, request.deadline());
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (int place : wanted) {
            ForestGraph.End end = graph.ends().get(place);
            outputs.put(end.port().name(), output(end, result, rows.count()));
        }
        return new Answer(outputs);
    }

    private Tensor output(ForestGraph.End end, TreeScores.Result result, int rows) {
        Shape shape = graph.shape(end, rows);
        DType dtype = end.port().spec().dtype();
        if (end.isLabels()) {
            ByteBuffer labels = bytes(rows * Long.BYTES);
            labels.asLongBuffer().put(result.labels());
            return new Tensor(dtype, shape, labels);
        }
        float[] scores = result.scores();
        boolean isWide = dtype == DType.FP64;
        ByteBuffer data = bytes(Math.multiplyExact(scores.length, isWide ? Double.BYTES : Float.BYTES));
        for (float score : scores) {
            float number = end.hasSigmoid() ? Logistic.of(score) : score;
            if (isWide) {
                data.putDouble(number);
            } else {
                data.putFloat(number);
            }
        }
        ZipMap zipMap = end.zipMap();
        Tensor tensor = new Tensor(isWide ? DType.FP64 : DType.FP32, shape, data.flip());
        return zipMap == null ? tensor : zipMap.maps(tensor);
    }

    private static ByteBuffer bytes(int count) {
        return ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Memory of the heap, which needs no closing. */
    private record Answer(Map<String, Tensor> outputs) implements InferenceResult {
        @Override
        public void close() {}
    }

    @Override
    public void close() {
        isClosed = true;
        claim.close();
    }
}
