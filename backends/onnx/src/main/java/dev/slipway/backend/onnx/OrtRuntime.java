package dev.slipway.backend.onnx;

import static dev.slipway.api.ErrorCode.INTERNAL;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.slipway.api.SlipwayException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The native runtime, of which a process has one. A session runs on its caller's thread alone, or shares the runtime's
 * threads with all others that do; these sleep when there is nothing to do, and never spin. Every native value is made
 * and closed here, and counted, so that a test can tell that none is left.
 */
final class OrtRuntime {
    private static final OrtLoggingLevel QUIET = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
    private static final System.Logger LOGGER = System.getLogger(OrtRuntime.class.getName());
    private static final LongAdder LIVE_VALUES = new LongAdder();

    private static @Nullable OrtRuntime shared;

    private final OrtEnvironment environment;
    private final boolean hasSharedThreads;
    private final int intraOpThreads;

    private OrtRuntime(OrtEnvironment environment, boolean hasSharedThreads, int intraOpThreads) {
        this.environment = environment;
        this.hasSharedThreads = hasSharedThreads;
        this.intraOpThreads = intraOpThreads;
    }

    /**
     * Whether a session runs on its caller's thread alone, or on the shared threads, too; or alone, and with kernels that
     * always add in the same order.
     */
    enum Threads {
        CALLER,
        SHARED,
        DETERMINISTIC
    }

    /**
     * The runtime, which is started on the first call: its number of threads holds for the life of the process.
     *
     * @param intraOpThreads threads of a run on shared threads, the caller's included: it starts one less; at least 1
     * @throws SlipwayException {@code INTERNAL} when the native library can't be started
     */
    static synchronized OrtRuntime shared(int intraOpThreads) {
        OrtRuntime runtime = shared;
        if (runtime == null) {
            runtime = start(intraOpThreads);
            shared = runtime;
        } else if (runtime.intraOpThreads != intraOpThreads) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "ONNX Runtime keeps the {0} threads a run that it was started with (asked for: {1})",
                    runtime.intraOpThreads,
                    intraOpThreads);
        }
        return runtime;
    }

    private static OrtRuntime start(int intraOpThreads) {
        try (OrtEnvironment.ThreadingOptions threads = new OrtEnvironment.ThreadingOptions()) {
            threads.setGlobalIntraOpNumThreads(intraOpThreads);
            threads.setGlobalInterOpNumThreads(1);
            threads.setGlobalSpinControl(false);
            return new OrtRuntime(OrtEnvironment.getEnvironment(QUIET, "slipway", threads), true, intraOpThreads);
        } catch (IllegalStateException e) {
            // Somebody else in this process has started it; then there are no threads to share.
            return new OrtRuntime(OrtEnvironment.getEnvironment(), false, intraOpThreads);
        } catch (OrtException | LinkageError | RuntimeException e) {
            throw new SlipwayException(INTERNAL, "ONNX Runtime can't be started: " + e.getMessage(), e);
        }
    }

    /** Threads of a run of a session on shared threads, the caller's included; 1 when there are none to share. */
    int intraOpThreads() {
        return hasSharedThreads ? intraOpThreads : 1;
    }

    OrtSession open(Path model, Threads threads) throws OrtException {
        try (OrtSession.SessionOptions options = options(threads)) {
            return environment.createSession(model.toString(), options);
        }
    }

    OrtSession open(byte[] model, Threads threads) throws OrtException {
        try (OrtSession.SessionOptions options = options(threads)) {
            return environment.createSession(model, options);
        }
    }

    private OrtSession.SessionOptions options(Threads threads) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        if (threads == Threads.SHARED && hasSharedThreads) {
            options.disablePerSessionThreads();
        } else {
            options.setIntraOpNumThreads(1);
        }
        if (threads == Threads.DETERMINISTIC) {
            options.setDeterministicCompute(true);
        }
        // An arena never shrinks while its session lives, and is no faster (see RATIONALE.md).
        options.setCPUArenaAllocator(false);
        // Patterns are kept for each shape of the inputs, without bound, and make tiny models slower.
        options.setMemoryPatternOptimization(false);
        options.setSessionLogLevel(QUIET);
        return options;
    }

    /** A tensor over {@code memory}, from its position, which must be direct and outlive the tensor. */
    OnnxTensor tensor(ByteBuffer memory, long[] shape, OnnxJavaType type) throws OrtException {
        return counted(OnnxTensor.createTensor(environment, memory, shape, type));
    }

    OnnxTensor strings(String[] elements, long[] shape) throws OrtException {
        return counted(OnnxTensor.createTensor(environment, elements, shape));
    }

    /** Runs; the result must be closed through {@link #close(OrtSession.Result)}. */
    OrtSession.Result run(
            OrtSession session,
            Map<String, ? extends OnnxTensorLike> inputs,
            Set<String> requested,
            Map<String, ? extends OnnxValue> pinned,
            OrtSession.@Nullable RunOptions options)
            throws OrtException {
        OrtSession.Result result = session.run(inputs, requested, pinned, options);
        LIVE_VALUES.increment();
        return result;
    }

    /** Counts what was taken out of a sequence, and returns it. */
    static <V extends OnnxValue> List<V> counted(List<V> values) {
        LIVE_VALUES.add(values.size());
        return values;
    }

    private static <V extends OnnxValue> V counted(V value) {
        LIVE_VALUES.increment();
        return value;
    }

    static void close(OnnxValue value) {
        LIVE_VALUES.decrement();
        value.close();
    }

    static void close(OrtSession.Result result) {
        LIVE_VALUES.decrement();
        result.close();
    }

    /** Native values and results that are not closed yet, in the whole process. */
    static long liveValues() {
        return LIVE_VALUES.sum();
    }
}
