package dev.slipway.server.endpoint;

import dev.slipway.api.InferenceRequest;
import dev.slipway.api.ServingListener.TransformStep;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Transform;
import dev.slipway.core.Handle;
import dev.slipway.core.InferenceService;
import dev.slipway.core.batching.Dispatcher;
import dev.slipway.core.batching.Reply;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Has requests run that are turned into others before the model's run, off the event loops. */
final class ChainRuns {
    private final InferenceService inference;
    private final Dispatcher dispatcher;
    private final Asides asides;

    ChainRuns(Serving.Engine engine, Asides asides) {
        this.inference = engine.inference();
        this.dispatcher = engine.dispatcher();
        this.asides = asides;
    }

    /** What stands before and after the signature that a request is for; null for most. */
    static @Nullable Transform transform(Handle handle, InferenceRequest request) {
        String signature = request.target().signature();
        return handle.servable().transform(signature.isEmpty() ? Signature.DEFAULT : signature);
    }

    /** @param turn as {@link Dispatcher#submit} has it */
    void submit(ModelCall.Read read, Transform transform, ModelCall call, @Nullable Executor turn) {
        if (turn == null) {
            turnAndRun(read, transform, call);
        } else {
            aside(read, transform, call);
        }
    }

    /** Pictures are not decoded on event loops. */
    private void aside(ModelCall.Read read, Transform transform, ModelCall call) {
        try {
            asides.execute(
                    read.handle().id().model(),
                    call,
                    () -> turnAndRun(read, transform, call),
                    () -> fail(read, call, Asides.gone()));
        } catch (SlipwayException e) {
            fail(read, call, e);
        }
    }

    private static void fail(ModelCall.Read read, ModelCall call, SlipwayException error) {
        read.handle().close();
        call.failed(error);
    }

    /** Only the turned request waits for the model's run: its rows may then run with those of others. */
    private void turnAndRun(ModelCall.Read read, Transform transform, ModelCall call) {
        Handle handle = read.handle();
        InferenceRequest turned;
        try {
            turned = turn(inference, handle, transform, read, call);
        } catch (RuntimeException | Error e) {
            fail(read, call, Serving.asSlipwayException(call.context(), e));
            return;
        }
        Reply turning = new TurningReply(inference, handle, transform, read.request(), call);
        dispatcher.submit(handle, turned, read.urgency(), turning, null);
    }

    /**
     * Makes of a request the one that the model's run takes.
     *
     * @throws SlipwayException as {@link InferenceService#before}, and when nobody waits any more
     */
    static InferenceRequest turn(
            InferenceService inference, Handle handle, Transform transform, ModelCall.Read read, ModelCall call) {
        if (call.isCancelled()) {
            throw Asides.gone();
        }
        long start = System.nanoTime();
        try {
            return inference.before(handle, transform, read.request());
        } finally {
            call.turned(TransformStep.BEFORE, System.nanoTime() - start);
        }
    }
}
