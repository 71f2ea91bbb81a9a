package dev.slipway.core.batching;

import dev.slipway.api.AspiredVersions;
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
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A model whose runs cost what a test says, on a clock that the test owns: input {@code x} float32 [rows, any], output
 * {@code y} float32 [rows].
 */
final class RowsModel implements Loader {
    private static final Signature SIGNATURE = new Signature(
            Signature.DEFAULT,
            List.of(new TensorSpec("x", DType.FP32, Shape.of(-1, -1))),
            List.of(new TensorSpec("y", DType.FP32, Shape.of(-1))));

    /** What rows are answered. */
    interface Rule {
        /** Each row by itself: its numbers, weighted with 1, 2, 3 and so on. */
        Rule EACH = rows -> {
            float[] y = new float[rows.length];
            for (int i = 0; i < y.length; i++) {
                y[i] = alone(rows[i]);
            }
            return y;
        };

        float[] answer(float[][] rows);

        static float alone(float[] row) {
            float sum = 0;
            for (int i = 0; i < row.length; i++) {
                sum += (i + 1) * row[i];
            }
            return sum;
        }
    }

    /** A run as the model saw it. */
    record Run(int rows, String thread, InferenceRequest request) {}

    private final AtomicLong clock;
    final List<Run> runs = new CopyOnWriteArrayList<>();
    /** What should not have happened. */
    final List<String> faults = new CopyOnWriteArrayList<>();

    volatile IntToLongFunction cost = rows -> 100_000;
    volatile Rule rule = Rule.EACH;
    volatile boolean waits;
    volatile @Nullable Gate gate;
    /** Done in a run, when half of its time is over. */
    volatile Runnable meanwhile = () -> {};
    /** Done when a result is closed. */
    volatile Runnable closing = () -> {};

    RowsModel(AtomicLong clock) {
        this.clock = clock;
    }

    RowsModel costing(IntToLongFunction nanos) {
        cost = nanos;
        return this;
    }

    /** A run waits for others, or so it says. */
    RowsModel waiting() {
        waits = true;
        return this;
    }

    RowsModel answering(Rule next) {
        rule = next;
        return this;
    }

    List<Integer> runRows() {
        return runs.stream().map(Run::rows).toList();
    }

    AspiredVersions.Version wish(long version) {
        return new AspiredVersions.Version(version, "files-of-" + version, this);
    }

    @Override
    public String format() {
        return "rows";
    }

    @Override
    public ModelDescription describe() {
        return new ModelDescription("rows", Map.of(SIGNATURE.name(), SIGNATURE), 10, Map.of());
    }

    @Override
    public Servable load() {
        return new Loaded();
    }

    private final class Loaded implements Servable {
        private final AtomicLong open = new AtomicLong();
        private final AtomicBoolean closed = new AtomicBoolean();

        @Override
        public ModelDescription description() {
            return describe();
        }

        @Override
        public boolean mayWait() {
            return waits;
        }

        @Override
        public InferenceResult run(InferenceRequest request) {
            require(!closed.get(), "run after it was closed");
            float[][] rows = rows(request.inputs().getOrDefault("x", TestTensors.floats(Shape.of(0, 0))));
            runs.add(new Run(rows.length, Thread.currentThread().getName(), request));
            Gate present = gate;
            if (present != null) {
                present.pass();
            }
            long nanos = cost.applyAsLong(rows.length);
            clock.addAndGet(nanos / 2);
            meanwhile.run();
            clock.addAndGet(nanos - nanos / 2);
            float[] y = rule.answer(rows);
            double[] values = new double[y.length];
            for (int i = 0; i < y.length; i++) {
                values[i] = y[i];
            }
            open.incrementAndGet();
            return new Result(Map.of("y", TestTensors.floats(Shape.of(y.length), values)));
        }

        private static float[][] rows(Tensor x) {
            int count = (int) x.shape().dim(0);
            int width = (int) x.shape().dim(1);
            ByteBuffer data = x.data();
            float[][] rows = new float[count][width];
            for (int i = 0; i < count * width; i++) {
                rows[i / width][i % width] = data.getFloat();
            }
            return rows;
        }

        @Override
        public void close() {
            require(open.get() == 0, "closed while a result was open");
            closed.set(true);
        }

        private void require(boolean holds, String fault) {
            if (!holds) {
                faults.add(fault);
            }
        }

        private final class Result implements InferenceResult {
            private final Map<String, Tensor> outputs;
            private boolean isClosed;

            Result(Map<String, Tensor> outputs) {
                this.outputs = outputs;
            }

            @Override
            public Map<String, Tensor> outputs() {
                require(!isClosed && !closed.get(), "outputs read after they were closed");
                return outputs;
            }

            @Override
            public void close() {
                require(!closed.get(), "a result outlived its model");
                if (!isClosed) {
                    isClosed = true;
                    open.decrementAndGet();
                    closing.run();
                }
            }
        }
    }
}
