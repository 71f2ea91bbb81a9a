package dev.slipway.benchmarks.jmh;

import ai.onnxruntime.OrtException;
import dev.slipway.api.Backend;
import dev.slipway.api.BackendSettings;
import dev.slipway.api.Deadline;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.Servable;
import dev.slipway.api.Target;
import dev.slipway.api.Tensor;
import dev.slipway.api.VersionChoice;
import dev.slipway.backend.onnx.OnnxProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One run of the 4-16-3 network through the ONNX backend, beside the same run through the bare runtime. */
@SuppressWarnings("NullAway.Init") // JMH calls the method marked Setup first.
public class OnnxPiece extends Piece {
    static final String INPUT = "x";
    static final String OUTPUT = "y";
    static final int INPUT_WIDTH = 4;
    static final int OUTPUT_WIDTH = 3;

    /** Rows of a request. */
    @Param({"1", "64"})
    public int rows;

    private Backend backend;
    private Servable servable;
    private InferenceRequest request;

    /** The model's file, in the repository whose root is the property {@code slipway.root} or the working directory. */
    static Path model() {
        return Path.of(System.getProperty("slipway.root", ""), "benchmarks/models/mlp-4-16-3/1/model.onnx")
                .toAbsolutePath();
    }

    @Setup
    public void load() {
        backend = new OnnxProvider().open(new BackendSettings(1));
        servable = backend.recognise(model()).orElseThrow().load();
        request = new InferenceRequest(
                new Target("mlp-4-16-3", VersionChoice.LATEST, ""),
                Map.of(INPUT, Rows.tensor(Rows.values(rows, INPUT_WIDTH))),
                List.of(),
                Deadline.after(Duration.ofDays(1), System.nanoTime()));
    }

    @TearDown
    public void close() {
        servable.close();
        backend.close();
    }

    /** From a request's tensors to outputs that can be read. */
    @Benchmark
    public Tensor run() {
        try (InferenceResult result = answer()) {
            return result.outputs().values().iterator().next();
        }
    }

    /** What {@link #run} reads and closes. */
    InferenceResult answer() {
        return servable.run(request);
    }

    /** Into a buffer of the caller's, again and again with the same input: nothing is checked, and nothing copied. */
    @Benchmark
    public void runBaseline(BareLoop bare) throws OrtException {
        bare.run();
    }

    /** What {@link #runBaseline} calls: one for each thread, as its buffers are written. */
    @State(Scope.Thread)
    @SuppressWarnings("NullAway.Init") // JMH calls the method marked Setup first.
    public static class BareLoop {
        private PinnedRun pinned;

        @Setup(Level.Trial)
        public void open(OnnxPiece piece) throws OrtException {
            pinned = new PinnedRun(model(), Rows.values(piece.rows, INPUT_WIDTH));
        }

        void run() throws OrtException {
            pinned.run();
        }

        @TearDown(Level.Trial)
        public void close() throws OrtException {
            pinned.close();
        }
    }
}
