package dev.slipway.benchmarks.jmh;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;

/** ONNX Runtime with one thread, one input and one output, both in buffers that stay. */
final class PinnedRun implements AutoCloseable {
    private final SessionOptions options = new SessionOptions();
    private final OrtSession session;
    private final OnnxTensor input;
    private final OnnxTensor output;
    private final FloatBuffer result;
    private final Map<String, OnnxTensor> inputs;
    private final Map<String, OnnxTensor> outputs;

    /** @param rows float32 {@code [batch][4]} */
    PinnedRun(Path model, float[][] rows) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        session = environment.createSession(model.toString(), options);
        input = OnnxTensor.createTensor(environment, rows);
        result = ByteBuffer.allocateDirect(rows.length * OnnxPiece.OUTPUT_WIDTH * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        output = OnnxTensor.createTensor(environment, result, new long[] {rows.length, OnnxPiece.OUTPUT_WIDTH});
        inputs = Map.of(OnnxPiece.INPUT, input);
        outputs = Map.of(OnnxPiece.OUTPUT, output);
    }

    void run() throws OrtException {
        session.run(inputs, outputs).close();
    }

    /** The last run's output: float32, row-major. */
    float[] values() {
        float[] values = new float[result.capacity()];
        result.get(0, values);
        return values;
    }

    @Override
    public void close() throws OrtException {
        output.close();
        input.close();
        session.close();
        options.close();
    }
}
