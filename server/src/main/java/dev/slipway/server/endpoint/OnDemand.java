package dev.slipway.server.endpoint;

import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import dev.slipway.core.InferenceService;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Has requests wait, without a thread, for versions that are loaded on demand. */
final class OnDemand {
    private final InferenceService inference;
    private final Asides asides;
    private final Consumer<ModelCall> again;

    /** @param again reads a request once more, on a compute thread */
    OnDemand(Serving.Engine engine, Asides asides, Consumer<ModelCall> again) {
        this.inference = engine.inference();
        this.asides = asides;
        this.again = again;
    }

    /** Has a request wait for what it could not borrow; answers false when there is nothing to wait for. */
    @SuppressWarnings("FutureReturnValueIgnored") // Nothing comes after.
    boolean awaitLoad(ModelCall call) {
        Target target = call.takeMissed();
        CompletableFuture<Void> load = target == null ? null : inference.demand(target.model(), target.version());
        if (target == null || load == null) {
            return false;
        }
        Asides.Pause pause = Asides.pause(call, () -> gone(call));
        load.whenComplete((loaded, failed) -> {
            if (!pause.ends()) {
                return;
            }
            if (failed == null) {
                goOn(call, target);
            } else {
                call.failed(Serving.asSlipwayException(call.context(), failed));
                call.placed();
            }
        });
        return true;
    }

    private static void gone(ModelCall call) {
        call.failed(Asides.gone());
        call.placed();
    }

    /** Runs a request that waited, on a compute thread. */
    private void goOn(ModelCall call, Target target) {
        try {
            // Borrowed here, mostly on the manager's own thread, before anything can push the version out again; a
            // request that misses it all the same finds nothing when it is read, and waits once more. Which of a
            // label's versions it is to be, only the request itself can tell.
            if (!(target.version() instanceof VersionChoice.Label)) {
                call.lend(inference.tryBorrow(target.model(), target.version()));
            }
            asides.execute(target.model(), call, () -> again.accept(call), () -> {
                call.returnLent();
                gone(call);
            });
        } catch (RuntimeException | Error e) {
            call.returnLent();
            call.failed(Serving.asSlipwayException(call.context(), e));
            call.placed();
        }
    }
}
