package dev.slipway.server.endpoint;

import dev.slipway.api.Dispatch;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.ServingListener.TransformStep;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Transform;
import dev.slipway.core.Answer;
import dev.slipway.core.Handle;
import dev.slipway.core.InferenceService;
import dev.slipway.core.batching.Reply;

/**
 * Turns a model's answer into what the client wants, before it is handed on.
 *
 * @param handle open until this has returned
 * @param request as the client made it
 * @param client where the turned answer goes
 */
record TurningReply(
        InferenceService inference, Handle handle, Transform transform, InferenceRequest request, ModelCall client)
        implements Reply {
    @Override
    public void answered(Answer answer) {
        Answer turned;
        long start = System.nanoTime();
        try {
            turned = inference.after(handle, transform, request, answer);
        } catch (RuntimeException | Error e) {
            client.failed(Serving.asSlipwayException(client.context(), e));
            return;
        }
        client.turned(TransformStep.AFTER, System.nanoTime() - start);
        client.answered(turned);
    }

    @Override
    public void failed(SlipwayException error) {
        client.failed(error);
    }

    @Override
    public void ran(Dispatch run, long waitedNanos) {
        client.ran(run, waitedNanos);
    }

    @Override
    public boolean isCancelled() {
        return client.isCancelled();
    }

    @Override
    public void waits(Runnable leave) {
        client.waits(leave);
    }
}
