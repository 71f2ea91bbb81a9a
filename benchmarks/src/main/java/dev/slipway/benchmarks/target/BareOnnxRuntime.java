package dev.slipway.benchmarks.target;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.slipway.benchmarks.load.Measurement;
import dev.slipway.benchmarks.load.Meter;
import dev.slipway.benchmarks.load.ProcMeter;
import dev.slipway.benchmarks.wire.Tensor;
import dev.slipway.benchmarks.wire.Workload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** The ceiling of the model: ONNX Runtime called in a loop by one thread, with nothing around it. */
public final class BareOnnxRuntime implements AutoCloseable {
    /** Looking at the clock costs little beside calls that take longer than this. */
    private static final long LOOK_NANOS = 20_000;

    /** Calls between two looks at the clock, when they are short. */
    private static final int CALLS_PER_LOOK = 64;

    /** Where a run's results go. */
    public enum Outputs {
        /** Into objects that each run makes. */
        MADE,
        /** Into one buffer that the caller owns. */
        PINNED
    }

    private final Workload workload;
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final SessionOptions options;
    private final OrtSession session;

    /** Loads the model, for one thread. */
    public BareOnnxRuntime(Workload workload, Path model) throws OrtException {
        this.workload = workload;
        options = new SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        session = environment.createSession(model.toString(), options);
    }

    /**
     * Calls the model again and again, after a warm-up of half as long.
     *
     * @param rows in each call, at least 1; all the same
     * @return rows, and the latencies of calls
     * @throws IllegalStateException when the model answers wrongly
     */
    public Measurement measure(Outputs outputs, int rows, Duration measured) throws OrtException {
        try (Loop loop = new Loop(outputs, rows)) {
            Measurement warm = loop.run(measured.dividedBy(2), CALLS_PER_LOOK);
            double callNanos = warm.span().seconds() * 1e9 * rows / Math.max(1, warm.requests());
            Measurement measurement = loop.run(measured, callNanos > LOOK_NANOS ? 1 : CALLS_PER_LOOK);
            loop.check();
            return measurement;
        }
    }

    @Override
    public void close() throws OrtException {
        session.close();
        options.close();
    }

    private static FloatBuffer direct(int floats) {
        return ByteBuffer.allocateDirect(floats * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private static long[] shape(Tensor tensor, int rows) {
        long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
        shape[0] = rows;
        return shape;
    }

    /** The model with input and output of one size. */
    private final class Loop implements AutoCloseable {
        private final Outputs outputs;
        private final int rows;
        private final OnnxTensor input;
        private final FloatBuffer result;
        private final OnnxTensor output;

        Loop(Outputs outputs, int rows) throws OrtException {
            this.outputs = outputs;
            this.rows = rows;
            FloatBuffer values = direct(rows * workload.input().values().size());
            for (int row = 0; row < rows; row++) {
                workload.input().values().forEach(values::put);
            }
            input = OnnxTensor.createTensor(environment, values.flip(), shape(workload.input(), rows));
            result = direct(rows * workload.output().values().size());
            output = OnnxTensor.createTensor(environment, result, shape(workload.output(), rows));
        }

        Measurement run(Duration time, int callsPerLook) throws OrtException {
            Map<String, OnnxTensor> inputs = Map.of(workload.input().name(), input);
            Map<String, OnnxTensor> pinned = Map.of(workload.output().name(), output);
            Meter meter = new ProcMeter(ProcessHandle.current().pid(), -1);
            Histogram callNanos = new Histogram(TimeUnit.MINUTES.toNanos(10), 3);
            Meter.Reading begin = meter.read();
            long looked = System.nanoTime();
            long end = looked + time.toNanos();
            long calls = 0;
            do {
                for (int call = 0; call < callsPerLook; call++) {
                    if (outputs == Outputs.PINNED) {
                        session.run(inputs, pinned).close();
                    } else {
                        runForObjects(inputs);
                    }
                }
                long now = System.nanoTime();
                callNanos.recordValue((now - looked) / callsPerLook);
                looked = now;
                calls += callsPerLook;
            } while (looked - end < 0);
            return new Measurement(
                    calls * rows,
                    Meter.Span.between(begin, meter.read()),
                    Measurement.Latency.of(callNanos),
                    Measurement.Refusals.NONE);
        }

        private void runForObjects(Map<String, OnnxTensor> inputs) throws OrtException {
            try (OrtSession.Result made = session.run(inputs)) {
                OnnxTensor tensor = (OnnxTensor) made.get(0);
                result.put(0, tensor.getFloatBuffer(), 0, result.capacity());
            }
        }

        /** Compares each row's answer. */
        void check() {
            int length = workload.output().values().size();
            for (int row = 0; row < rows; row++) {
                List<Float> values = new ArrayList<>();
                for (int at = 0; at < length; at++) {
                    values.add(result.get(row * length + at));
                }
                if (!workload.isAnswer(values)) {
                    throw new IllegalStateException("the model of '%s' answers %s in row %d (expected: %s)"
                            .formatted(
                                    workload.model(),
                                    values,
                                    row,
                                    workload.output().values()));
                }
            }
        }

        @Override
        public void close() {
            output.close();
            input.close();
        }
    }
}
