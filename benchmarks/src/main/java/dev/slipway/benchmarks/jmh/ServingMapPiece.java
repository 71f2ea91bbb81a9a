package dev.slipway.benchmarks.jmh;

import dev.slipway.api.InferenceRequest;
import dev.slipway.api.Tensor;
import dev.slipway.api.VersionChoice;
import dev.slipway.core.Answer;
import dev.slipway.core.Handle;
import dev.slipway.core.InferenceService;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** Borrowing a servable and giving it back; with {@code -t 2} by two threads that want the same one. */
@SuppressWarnings("NullAway.Init") // JMH calls the method marked Setup first.
public class ServingMapPiece extends Piece {
    private static final VersionChoice EXACT = new VersionChoice.Exact(1);

    /** Models that are served. */
    @Param({"1", "1000"})
    public int models;

    private ServedModels served;
    private InferenceService service;
    private String name;
    private InferenceRequest request;

    @Setup
    public void serve() {
        served = new ServedModels(models, 0);
        service = served.service();
        name = ServedModels.name(models / 2);
        request = ServedModels.request(name);
    }

    @TearDown
    public void close() {
        served.close();
    }

    /** The largest version, as most requests ask. */
    @Benchmark
    public long borrowLatest() {
        return borrow(VersionChoice.LATEST);
    }

    /** A version by its number. */
    @Benchmark
    public long borrowExact() {
        return borrow(EXACT);
    }

    private long borrow(VersionChoice choice) {
        try (Handle handle = service.borrow(name, choice)) {
            return handle.id().version();
        }
    }

    /** Borrows, checks the request against the signature, runs the trivial model on the spot, gives all back. */
    @Benchmark
    public Tensor borrowAndRun() {
        try (Handle handle = service.borrow(name, VersionChoice.LATEST);
                Answer answer = service.run(handle, request)) {
            return answer.outputs().values().iterator().next();
        }
    }
}
