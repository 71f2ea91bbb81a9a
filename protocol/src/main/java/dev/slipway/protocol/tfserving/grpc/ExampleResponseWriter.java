package dev.slipway.protocol.tfserving.grpc;

import dev.slipway.api.ServableId;
import dev.slipway.protocol.Buffers;
import dev.slipway.protocol.tfserving.example.ExampleResult;
import dev.slipway.protocol.tfserving.example.Regressions;
import dev.slipway.protocol.wire.WireWriter;
import java.nio.ByteBuffer;
import java.util.List;

/** Writes ClassificationResponse, RegressionResponse and MultiInferenceResponse. */
public final class ExampleResponseWriter {
    private static final int RESULT = 1;
    private static final int MODEL_SPEC = 2;
    private static final int RESULTS = 1;
    private static final int RESULTS_MODEL_SPEC = 1;
    private static final int CLASSIFICATION = 2;
    private static final int REGRESSION = 3;

    private ExampleResponseWriter() {}

    /**
     * A ClassificationResponse or RegressionResponse.
     *
     * @param model which one answered
     * @param signature which signature of it, not empty
     */
    public static ByteBuffer write(ServableId model, String signature, ExampleResult result, Buffers buffers) {
        ResultField results = new ResultField(result);
        ModelSpecField spec = new ModelSpecField(model, signature);
        WireWriter writer = new WireWriter("Response", results.size(RESULT) + spec.size(MODEL_SPEC), buffers);
        results.write(RESULT, writer);
        spec.write(MODEL_SPEC, writer);
        return writer.finish();
    }

    /** A MultiInferenceResponse with the result of one task; several after each other are one with all of them. */
    public static ByteBuffer writeOne(ServableId model, String signature, ExampleResult result) {
        int field = result instanceof Regressions ? REGRESSION : CLASSIFICATION;
        ResultField results = new ResultField(result);
        ModelSpecField spec = new ModelSpecField(model, signature);
        long size = spec.size(RESULTS_MODEL_SPEC) + results.size(field);
        WireWriter writer = new WireWriter("MultiInferenceResponse", WireWriter.fieldSize(RESULTS, size), Buffers.HEAP);
        writer.header(RESULTS, size);
        spec.write(RESULTS_MODEL_SPEC, writer);
        results.write(field, writer);
        return writer.finish();
    }

    /** All of them after each other. */
    public static ByteBuffer join(List<ByteBuffer> answers, Buffers buffers) {
        long size = 0;
        for (ByteBuffer answer : answers) {
            size += answer.remaining();
        }
        WireWriter writer = new WireWriter("MultiInferenceResponse", size, buffers);
        for (ByteBuffer answer : answers) {
            writer.bytes(answer, answer.position(), answer.remaining());
        }
        return writer.finish();
    }
}
