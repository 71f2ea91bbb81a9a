package dev.slipway.backend.onnx;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Starts what serves requests for as long as the process lives. Models are loaded on threads of low priority, which
 * threads that are started there would inherit for good: so this has a thread from the beginning, of the priority of
 * whoever opens the backend. It ends once it was used.
 */
final class Starter implements AutoCloseable {
    /** The first 15 letters are the name that Linux gives to native threads that are started there. */
    static final String NAME = "slipway-onnx-rt";

    private final CompletableFuture<Runnable> given = new CompletableFuture<>();
    private final Thread thread = new Thread(() -> given.join().run(), NAME);

    Starter() {
        thread.setDaemon(true);
        thread.start();
    }

    /** What {@code start} answers, or throws, on the thread; on the caller's once that has ended. */
    <T> T call(Supplier<T> start) {
        FutureTask<T> task = new FutureTask<>(start::get);
        try {
            if (given.complete(task)) {
                thread.join();
            } else {
                task.run();
            }
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SlipwayException known) {
                throw known;
            }
            throw new SlipwayException(
                    ErrorCode.INTERNAL, "ONNX Runtime can't be started: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SlipwayException(ErrorCode.CANCELLED, "interrupted while ONNX Runtime was starting", e);
        }
    }

    @Override
    public void close() {
        given.complete(() -> {});
    }
}
