package dev.slipway.backend.torch;

import static dev.slipway.api.ErrorCode.DEADLINE_EXCEEDED;
import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.IValue;
import dev.slipway.api.Deadline;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.LoadOptions;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.backend.common.Holdings;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/** A TorchScript module, run by many threads at once unless its runs change it. */
final class TorchServable implements Servable {
    /** A run that takes longer is worth several threads. */
    private static final long COSTLY_NANOS = 2_000_000;

    private final CheckedScript checked;
    private final TorchModule module;
    private final TorchRuntime runtime;
    private final Signature signature;
    private final boolean isSaid;
    private final boolean isDeterministic;
    private final Holdings.Claim claim;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ReentrantLock turn = new ReentrantLock(true);
    /** How long the last run took on one thread; a guess is good enough. */
    private volatile long lastNanos;

    /** @param claim of what the model holds; closed with this */
    TorchServable(
            CheckedScript checked,
            TorchModule module,
            TorchRuntime runtime,
            LoadOptions options,
            Holdings.Claim claim) {
        this.checked = checked;
        this.module = module;
        this.runtime = runtime;
        this.signature = checked.plan().signature();
        this.isSaid = options.signature() != null;
        this.isDeterministic = options.isDeterministic();
        this.claim = claim;
    }

    @Override
    public ModelDescription description() {
        return checked.description();
    }

    @Override
    public InferenceResult run(InferenceRequest request) {
        checkTime(request.deadline());
        if (closed.get()) {
            throw new SlipwayException(UNAVAILABLE, "'%s' is closed (expected: loaded)".formatted(checked.file()));
        }
        signature.check(request.inputs(), List.of());
        List<Integer> wanted = wanted(request.outputs());
        Arena arena = new Arena();
        boolean isDone = false;
        try {
            Map<String, Tensor> answer =
                    checked.isStateful() ? inTurn(arena, request, wanted) : timed(arena, request, wanted);
            isDone = true;
            return new TorchResult(answer, arena);
        } catch (EngineException e) {
            throw TorchErrors.run(checked.file(), e);
        } finally {
            if (!isDone) {
                arena.close();
            }
        }
    }

    private void checkTime(Deadline deadline) {
        if (deadline.isExpired(System.nanoTime())) {
            throw new SlipwayException(
                    DEADLINE_EXCEEDED, "'%s' was not run: the request's deadline has passed".formatted(checked.file()));
        }
    }

    /** The answer is copied, since the next run may write into it. */
    private Map<String, Tensor> inTurn(Arena arena, InferenceRequest request, List<Integer> wanted) {
        try {
            if (!turn.tryLock(request.deadline().remainingNanos(System.nanoTime()), TimeUnit.NANOSECONDS)) {
                checkTime(request.deadline());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SlipwayException(
                    UNAVAILABLE, "'%s' was not run: its thread was interrupted".formatted(checked.file()), e);
        }
        if (!turn.isHeldByCurrentThread()) {
            throw new SlipwayException(
                    DEADLINE_EXCEEDED, "'%s' was not run: others took too long".formatted(checked.file()));
        }
        try {
            Map<String, Tensor> answer = new LinkedHashMap<>(timed(arena, request, wanted));
            answer.replaceAll((name, tensor) -> new Tensor(
                    tensor.dtype(),
                    tensor.shape(),
                    ByteBuffer.allocate(tensor.byteCount()).put(tensor.data()).flip()));
            return answer;
        } finally {
            turn.unlock();
        }
    }

    private Map<String, Tensor> timed(Arena arena, InferenceRequest request, List<Integer> wanted) {
        boolean isCostly = !isDeterministic && lastNanos > COSTLY_NANOS;
        return runtime.compute(isCostly, () -> {
            long start = System.nanoTime();
            IValue result = module.forward(arena, checked.plan().feeds(), request.inputs());
            Map<String, Tensor> answer = new Answers(arena, signature, isSaid).read(result, checked.returns(), wanted);
            // A run in the wide lane is short because it is there.
            if (!isCostly) {
                lastNanos = System.nanoTime() - start;
            }
            return answer;
        });
    }

    private List<Integer> wanted(List<String> names) {
        List<Integer> wanted = new ArrayList<>();
        List<String> known = signature.outputs().stream().map(TensorSpec::name).toList();
        for (int place = 0; names.isEmpty() && place < known.size(); place++) {
            wanted.add(place);
        }
        for (String name : names) {
            int place = known.indexOf(name);
            if (place < 0 || wanted.contains(place)) {
                throw new SlipwayException(
                        INVALID_ARGUMENT,
                        "output '%s' is %s (expected: each at most once, of %s)"
                                .formatted(name, place < 0 ? "unknown" : "asked for twice", known));
            }
            wanted.add(place);
        }
        return wanted;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            module.close();
            claim.close();
        }
    }
}
