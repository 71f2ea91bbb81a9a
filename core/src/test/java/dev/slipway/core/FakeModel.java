package dev.slipway.core;

import dev.slipway.api.AspiredVersions;
import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** A model that answers with its own number, and complains when it is used after its end. */
public final class FakeModel implements Loader {
    public static final AtomicInteger OPEN = new AtomicInteger();

    private final long number;
    private final long memoryBytes;
    private final IntFunction<SlipwayException> failure;
    private final CountDownLatch gate;
    private volatile boolean stubborn;
    public final AtomicInteger attempts = new AtomicInteger();
    public final CountDownLatch started = new CountDownLatch(1);
    public volatile String loadThread = "";

    private FakeModel(long number, long memoryBytes, IntFunction<SlipwayException> failure, CountDownLatch gate) {
        this.number = number;
        this.memoryBytes = memoryBytes;
        this.failure = failure;
        this.gate = gate;
    }

    public static FakeModel of(long number) {
        return new FakeModel(number, 10, attempt -> null, new CountDownLatch(0));
    }

    public static FakeModel needing(long number, long bytes) {
        return new FakeModel(number, bytes, attempt -> null, new CountDownLatch(0));
    }

    /** @param failure given the number of the attempt, from 1; null to succeed */
    public static FakeModel failing(long number, IntFunction<SlipwayException> failure) {
        return new FakeModel(number, 10, failure, new CountDownLatch(0));
    }

    public static FakeModel loadingUntil(long number, CountDownLatch gate) {
        return new FakeModel(number, 10, attempt -> null, gate);
    }

    public static FakeModel needingUntil(long number, long bytes, CountDownLatch gate) {
        return new FakeModel(number, bytes, attempt -> null, gate);
    }

    /** Takes no notice of interrupts while it loads. */
    public FakeModel stubborn() {
        stubborn = true;
        return this;
    }

    public AspiredVersions.Version wish() {
        return wish("files-of-" + number);
    }

    public AspiredVersions.Version wish(String fingerprint) {
        return new AspiredVersions.Version(number, fingerprint, this);
    }

    @Override
    public String format() {
        return "fake";
    }

    @Override
    public ModelDescription describe() {
        TensorSpec output = new TensorSpec("number", DType.INT64, Shape.SCALAR);
        return new ModelDescription(
                "fake",
                Map.of(Signature.DEFAULT, new Signature(Signature.DEFAULT, List.of(), List.of(output))),
                memoryBytes,
                Map.of());
    }

    @Override
    public Servable load() {
        loadThread = Thread.currentThread().getName();
        started.countDown();
        pass(gate);
        SlipwayException reason = failure.apply(attempts.incrementAndGet());
        if (reason != null) {
            throw reason;
        }
        OPEN.incrementAndGet();
        return new Loaded();
    }

    private void pass(CountDownLatch opening) {
        while (true) {
            try {
                opening.await();
                return;
            } catch (InterruptedException e) {
                if (!stubborn) {
                    throw new SlipwayException(ErrorCode.UNAVAILABLE, "interrupted", e);
                }
            }
        }
    }

    private final class Loaded implements Servable {
        private volatile boolean closed;

        @Override
        public ModelDescription description() {
            return describe();
        }

        @Override
        public InferenceResult run(InferenceRequest request) {
            check();
            ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            data.putLong(0, number);
            Tensor tensor = new Tensor(DType.INT64, Shape.SCALAR, data);
            return new InferenceResult() {
                @Override
                public Map<String, Tensor> outputs() {
                    check();
                    return Map.of("number", tensor);
                }

                @Override
                public void close() {
                    check();
                }
            };
        }

        private void check() {
            if (closed) {
                throw new AssertionError("version " + number + " was used after it was closed");
            }
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                OPEN.decrementAndGet();
            }
        }
    }
}
