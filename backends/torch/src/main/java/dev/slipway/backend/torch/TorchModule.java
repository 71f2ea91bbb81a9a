package dev.slipway.backend.torch;

import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.slipway.api.DType;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A module that PyTorch has loaded, set to answer and not to learn. */
final class TorchModule implements AutoCloseable {
    /** Loading calls itself for each module within another; callers' stacks may be small. */
    private static final long STACK_BYTES = 8 << 20;

    private final Arena arena;
    private final PtSymbolBlock block;

    private TorchModule(Arena arena, PtSymbolBlock block) {
        this.arena = arena;
        this.block = block;
    }

    /** @throws SlipwayException {@code INVALID_ARGUMENT} when PyTorch refuses it */
    static TorchModule open(String file, Path path) {
        Arena arena = new Arena();
        TorchModule[] opened = new TorchModule[1];
        RuntimeException[] failed = new RuntimeException[1];
        Thread loading = new Thread(
                null,
                () -> {
                    try {
                        PtSymbolBlock block = JniUtils.loadModule(
                                arena.manager(), path.toAbsolutePath(), true, new String[0], new String[0], false);
                        JniUtils.enableInferenceMode(block);
                        opened[0] = new TorchModule(arena, block);
                    } catch (RuntimeException e) {
                        failed[0] = e;
                    }
                },
                "slipway-torch-load",
                STACK_BYTES);
        loading.start();
        boolean isInterrupted = false;
        while (loading.isAlive()) {
            try {
                loading.join();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        if (opened[0] == null) {
            arena.close();
            throw TorchErrors.load(
                    file, failed[0] == null ? new IllegalStateException("loading ended early") : failed[0]);
        }
        return opened[0];
    }

    /** Calls {@code forward}; the answer is owned by the arena of the run. */
    IValue forward(Arena run, List<Feed> feeds, Map<String, Tensor> inputs) {
        List<IValue> arguments = new ArrayList<>();
        for (Feed feed : feeds) {
            arguments.add(argument(run, feed, inputs));
        }
        return run.own(IValueUtils.runMethod(block, "forward", arguments.toArray(new IValue[0])));
    }

    private static IValue argument(Arena run, Feed feed, Map<String, Tensor> inputs) {
        TensorSpec spec = feed.spec();
        if (spec == null) {
            IValue[] parts = feed.parts().stream()
                    .map(part -> argument(run, part, inputs))
                    .toArray(IValue[]::new);
            return run.own(feed.isList() ? IValue.listFrom(parts) : IValue.tupleFrom(parts));
        }
        Tensor tensor = inputs.get(spec.name());
        if (tensor == null) {
            throw new IllegalStateException("input '%s' was not checked".formatted(spec.name()));
        }
        DType scalar = feed.scalar();
        if (scalar == null) {
            return run.own(IValue.from(Elements.toTorch(run, tensor)));
        }
        return run.own(
                switch (scalar) {
                    case INT64 -> IValue.from(Elements.whole(spec.name(), tensor));
                    case BOOL -> IValue.from(Elements.whole(spec.name(), tensor) != 0);
                    case STRING -> IValue.from(Elements.text(spec.name(), tensor));
                    default -> IValue.from(Elements.real(spec.name(), tensor));
                });
    }

    @Override
    public void close() {
        block.close();
        arena.close();
    }
}
