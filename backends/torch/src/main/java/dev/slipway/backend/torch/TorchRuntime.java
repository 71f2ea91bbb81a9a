package dev.slipway.backend.torch;

import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtEngineProvider;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.slipway.api.SlipwayException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch's native library, which a process loads once, and the threads that a backend's models share: a run is its caller's
 * alone, or goes to the one wide lane, whose runs use several. PyTorch keeps helper threads for each thread that computes
 * with more than one; with one lane there is one set.
 */
final class TorchRuntime implements AutoCloseable {
    static final String VERSION = "2.7.1";

    /** Guarded by the class. */
    private static @Nullable Engine engine;

    private static @Nullable Path natives;

    private final int wideThreads;
    private final @Nullable ExecutorService wide;
    private final AtomicBoolean isWideTaken = new AtomicBoolean();

    private TorchRuntime(int wideThreads) {
        this.wideThreads = wideThreads;
        this.wide = wideThreads > 1
                ? Executors.newSingleThreadExecutor(task -> {
                    Thread thread = new Thread(task, "slipway-torch-wide");
                    thread.setDaemon(true);
                    return thread;
                })
                : null;
    }

    /**
     * @param intraOpThreads that one run may use
     * @throws SlipwayException {@code UNAVAILABLE} when PyTorch can't be loaded
     */
    static TorchRuntime start(int intraOpThreads) {
        return start(intraOpThreads, null);
    }

    /** @param unpacked where another process unpacked the libraries; null to do so */
    static synchronized TorchRuntime start(int intraOpThreads, @Nullable Path unpacked) {
        if (engine == null) {
            Path folder = unpacked == null ? Natives.folder() : unpacked;
            engine = loaded(folder);
            natives = folder;
            JniUtils.setNumInteropThreads(1);
        }
        TorchRuntime runtime = new TorchRuntime(intraOpThreads);
        runtime.widen();
        JniUtils.setNumThreads(1);
        return runtime;
    }

    /** DJL asks system properties for the place, and the thread's class loader for the libraries. */
    private static Engine loaded(Path folder) {
        Map<String, String> wanted = Map.of("ENGINE_CACHE_DIR", folder.toString(), "ai.djl.offline", "true");
        Map<String, @Nullable String> before = new LinkedHashMap<>();
        wanted.forEach((name, value) -> before.put(name, System.setProperty(name, value)));
        Thread thread = Thread.currentThread();
        ClassLoader context = thread.getContextClassLoader();
        thread.setContextClassLoader(TorchRuntime.class.getClassLoader());
        try {
            return new PtEngineProvider().getEngine();
        } catch (RuntimeException | LinkageError e) {
            throw new SlipwayException(
                    UNAVAILABLE,
                    "PyTorch %s can't be loaded (expected: its libraries for linux-x86_64): %s".formatted(VERSION, e),
                    e);
        } finally {
            thread.setContextClassLoader(context);
            before.forEach((name, value) -> {
                if (value == null) {
                    System.clearProperty(name);
                } else {
                    System.setProperty(name, value);
                }
            });
        }
    }

    /** The number is the thread's own once the thread has asked for it; a thread that has not takes the last one set. */
    private void widen() {
        if (wide != null) {
            await(() -> {
                JniUtils.setNumThreads(wideThreads);
                return JniUtils.getNumThreads();
            });
        }
    }

    static synchronized @Nullable Path natives() {
        return natives;
    }

    static synchronized PtNDManager newManager() {
        if (engine == null) {
            throw new IllegalStateException("PyTorch is not loaded");
        }
        return (PtNDManager) engine.newBaseManager(Device.cpu());
    }

    /** Threads besides the callers' own. */
    int threads() {
        return wide == null ? 0 : wideThreads - 1;
    }

    /**
     * Runs on the calling thread, or in the wide lane where that is wanted and free.
     *
     * @param isCostly whether several threads would pay
     */
    <T> T compute(boolean isCostly, Callable<T> run) {
        if (isCostly && wide != null && isWideTaken.compareAndSet(false, true)) {
            try {
                return await(run);
            } finally {
                isWideTaken.set(false);
            }
        }
        try {
            return run.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for the end even when interrupted: the run reads memory that its caller owns. */
    private <T> T await(Callable<T> run) {
        ExecutorService lane = wide;
        if (lane == null) {
            throw new IllegalStateException("no wide lane");
        }
        var future = lane.submit(run);
        boolean isInterrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    isInterrupted = true;
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof RuntimeException cause
                            ? cause
                            : new IllegalStateException(e.getCause());
                }
            }
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        if (wide != null) {
            wide.shutdown();
        }
    }
}
