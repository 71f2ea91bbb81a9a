package dev.slipway.backend.torch;

import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What one run or one module holds of PyTorch's memory: given back together, whatever happened. For one thread at a time. */
final class Arena implements AutoCloseable {
    private static final AtomicLong OPEN = new AtomicLong();

    private final PtNDManager manager = TorchRuntime.newManager();
    private final List<IValue> values = new ArrayList<>();
    private boolean isClosed;

    Arena() {
        OPEN.incrementAndGet();
    }

    /** How many are open in this process. */
    static long open() {
        return OPEN.get();
    }

    /** Owns tensors. */
    PtNDManager manager() {
        return manager;
    }

    IValue own(IValue value) {
        values.add(value);
        return value;
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            values.forEach(IValue::close);
            manager.close();
            OPEN.decrementAndGet();
        }
    }
}
