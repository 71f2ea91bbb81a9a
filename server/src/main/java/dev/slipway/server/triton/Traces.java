package dev.slipway.server.triton;

import dev.slipway.api.Dispatch;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Traces requests as Triton's trace extension has it. Thread-safe. While nothing is traced, a request costs a look at a field.
 *
 * @see <a href="https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_trace.md">
 *     Triton: trace extension</a>
 */
public final class Traces implements ServingListener {
    private static final System.Logger LOG = System.getLogger(Traces.class.getName());

    /** Traces that wait to be written; what is above that is dropped. */
    private static final int WAITING_MAX = 1024;

    private final @Nullable Path folder;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicInteger waiting = new AtomicInteger();

    /** When the run on this thread began and ended, by {@link System#nanoTime}. */
    private final ThreadLocal<long[]> run = ThreadLocal.withInitial(() -> new long[2]);

    private volatile Rules rules = new Rules(new Sampler(TraceSettings.OFF, null), Map.of());

    /** What holds for all models, and what for some of them. Never changed in place. */
    private record Rules(Sampler global, Map<String, Sampler> byModel) {
        boolean isOff() {
            return !global.isOn() && byModel.values().stream().noneMatch(Sampler::isOn);
        }

        Sampler of(String model) {
            return byModel.getOrDefault(model, global);
        }
    }

    private volatile boolean isOff = true;

    /** @param folder in which files of traces may be; null for none: nothing can be traced then */
    public Traces(@Nullable Path folder) {
        this.folder = folder;
    }

    /** What holds for a model; for all others when it is empty. */
    public TraceSettings settings(String model) {
        return rules.of(model).settings();
    }

    /**
     * Changes what is named, or nothing.
     *
     * @param model empty for all that have nothing of their own
     * @param changes values by setting; none of them for what is so anyway
     * @throws SlipwayException {@code INVALID_ARGUMENT} or {@code UNIMPLEMENTED} for what can't be set; {@code FAILED_PRECONDITION}
     *     for a file, where the server has no folder for them
     */
    public synchronized void change(String model, Map<String, List<String>> changes) {
        Rules now = rules;
        TraceSettings base = model.isEmpty() ? TraceSettings.OFF : now.global.settings();
        TraceSettings next = now.of(model).settings().with(changes, base);
        Sampler sampler = new Sampler(next, next.file().isEmpty() ? null : new TraceFile(file(next), next.frequency()));
        Map<String, Sampler> byModel = new HashMap<>(now.byModel);
        if (!model.isEmpty()) {
            byModel.put(model, sampler);
        }
        use(new Rules(model.isEmpty() ? sampler : now.global, byModel));
    }

    /** Has a model be traced as others are. */
    public synchronized void forget(String model) {
        Map<String, Sampler> byModel = new HashMap<>(rules.byModel);
        byModel.remove(model);
        use(new Rules(rules.global, byModel));
    }

    private void use(Rules next) {
        rules = next;
        isOff = next.isOff();
    }

    private Path file(TraceSettings settings) {
        Path base = folder;
        if (base == null) {
            throw new SlipwayException(
                    ErrorCode.FAILED_PRECONDITION,
                    "trace_file '%s' can't be set (expected: a server started with --trace_dir)"
                            .formatted(settings.file()));
        }
        try {
            Path found = base.resolve(settings.file()).normalize();
            Path parent = found.getParent();
            boolean isWithin = found.startsWith(base.normalize())
                    && !found.equals(base.normalize())
                    && parent != null
                    && parent.toRealPath().startsWith(base.toRealPath())
                    && !Files.isDirectory(found);
            if (isWithin) {
                return found;
            }
        } catch (IOException | InvalidPathException e) {
            // Said below.
        }
        throw new SlipwayException(
                ErrorCode.INVALID_ARGUMENT,
                "trace_file '%s' (expected: a file in the folder that --trace_dir names, whose own folder is there)"
                        .formatted(settings.file()));
    }

    /** Begins a trace of a request, if it is one that is to be traced. */
    public @Nullable Trace begin(String model) {
        if (isOff) {
            return null;
        }
        Sampler sampler = rules.of(model);
        return sampler.next() ? new Trace(numbers.incrementAndGet(), sampler) : null;
    }

    @Override
    public void dispatched(Dispatch dispatch) {
        if (!isOff) {
            long[] times = run.get();
            times[1] = System.nanoTime();
            times[0] = times[1] - dispatch.times().runNanos();
        }
    }

    /** Notes when the run was whose answer this thread has now. */
    public void stampRun(Trace trace) {
        long[] times = run.get();
        trace.stamp("COMPUTE_START", times[0]);
        trace.stamp("COMPUTE_INPUT_END", times[0]);
        trace.stamp("COMPUTE_OUTPUT_START", times[1]);
        trace.stamp("COMPUTE_END", times[1]);
    }

    /**
     * Has a trace written.
     *
     * @param aside runs what may wait for a disk
     */
    public void end(Trace trace, ServableId id, Executor aside) {
        TraceFile file = trace.sampler().file();
        if (file == null) {
            return;
        }
        if (waiting.incrementAndGet() > WAITING_MAX) {
            waiting.decrementAndGet();
            LOG.log(Level.DEBUG, "a trace is dropped, as {0} wait to be written", WAITING_MAX);
            return;
        }
        aside.execute(() -> {
            waiting.decrementAndGet();
            try {
                file.write(trace.text(id));
            } catch (IOException e) {
                LOG.log(Level.WARNING, "a trace can''t be written: {0}", e.toString());
            }
        });
    }
}
