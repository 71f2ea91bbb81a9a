package dev.slipway.server.endpoint.torchserve;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.VersionStatus;
import dev.slipway.core.Timer;
import dev.slipway.server.management.ConfigEdits;
import dev.slipway.server.management.Failures;
import dev.slipway.server.management.Management;
import dev.slipway.server.management.Operation;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Loads and unloads that somebody waits for, without a thread. */
final class Loading {
    /** Between two looks whether a model that was just registered was seen by its source. */
    private static final Duration STEP = Duration.ofMillis(50);

    private static final int STEPS_MAX = 2400;
    private static final int LABEL_STEPS_MAX = 200;

    private final Management management;
    private final Timer timer;

    Loading(Management management, Timer timer) {
        this.management = management;
        this.timer = timer;
    }

    CompletableFuture<Operation> begun(String model, OptionalLong version) {
        return management.load(model, version, TorchModels.ORIGIN);
    }

    CompletableFuture<Operation> unloading(String model, OptionalLong version) {
        return management.unload(model, version, TorchModels.ORIGIN);
    }

    /** Fails as the load does. */
    CompletableFuture<Operation> loaded(String model, OptionalLong version) {
        return begun(model, version).thenCompose(this::end);
    }

    CompletableFuture<Operation> unloaded(String model, OptionalLong version) {
        return unloading(model, version).thenCompose(this::end);
    }

    private CompletableFuture<Operation> end(Operation begun) {
        return management.operations().end(begun.id()).thenApply(ended -> {
            SlipwayException error = ended.error();
            if (error != null) {
                throw error;
            }
            return ended;
        });
    }

    /**
     * The version of a model that was just registered, once it is loaded. Where that fails the model is not registered
     * any more, so that whoever registers it again is not told that it is.
     */
    CompletableFuture<Long> registered(String model) {
        return seen(model)
                .thenCompose(known -> loaded(model, OptionalLong.empty()))
                .thenApply(ended -> ended.version().orElse(1))
                .exceptionallyCompose(failure -> {
                    SlipwayException reason = reason(model, failure);
                    return management
                            .edit(
                                    OptionalLong.empty(),
                                    ConfigEdits.delete(model),
                                    "model %s can't be loaded and is not registered, %s"
                                            .formatted(model, TorchModels.ORIGIN))
                            .handle((revision, ignored) -> {
                                throw reason;
                            });
                });
    }

    /** Why its version could not be loaded, rather than that it could not. */
    private SlipwayException reason(String model, Throwable failure) {
        ModelStatus status = management.models().statuses().get(model);
        if (status != null) {
            for (VersionStatus version : status.versions()) {
                SlipwayException error = version.error();
                if (error != null) {
                    return error;
                }
            }
        }
        return Failures.asSlipwayException(failure);
    }

    /** Completes once a label names a version. */
    CompletableFuture<String> labelled(String model, String label, long version) {
        return until(
                model,
                status -> status != null
                        && Split.of(version).equals(status.labels().get(label)),
                "has no label '%s' at version %d".formatted(label, version),
                LABEL_STEPS_MAX);
    }

    /** Completes once the model's source has found it, or has found that it is not there. */
    private CompletableFuture<String> seen(String model) {
        return until(
                        model,
                        status -> status != null
                                && (status.problem() != null
                                        || !status.versions().isEmpty()),
                        "was not found",
                        STEPS_MAX)
                .thenApply(found -> {
                    ModelStatus status = management.models().statuses().get(model);
                    SlipwayException problem = status == null ? null : status.problem();
                    if (status != null && problem != null && status.versions().isEmpty()) {
                        throw problem;
                    }
                    return model;
                });
    }

    /** Looks again and again, without a thread. */
    private CompletableFuture<String> until(
            String model, Predicate<@Nullable ModelStatus> isSo, String otherwise, int stepsLeft) {
        if (isSo.test(management.models().statuses().get(model))) {
            return CompletableFuture.completedFuture(model);
        }
        if (stepsLeft == 0) {
            return CompletableFuture.failedFuture(new SlipwayException(
                    ErrorCode.DEADLINE_EXCEEDED, "model '%s' %s in time".formatted(model, otherwise)));
        }
        CompletableFuture<String> later = new CompletableFuture<>();
        timer.schedule(STEP, () -> later.complete(model));
        return later.thenCompose(again -> until(model, isSo, otherwise, stepsLeft - 1));
    }
}
