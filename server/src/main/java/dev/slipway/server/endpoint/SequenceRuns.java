package dev.slipway.server.endpoint;

import dev.slipway.api.InferenceRequest;
import dev.slipway.api.Transform;
import dev.slipway.core.Handle;
import dev.slipway.core.InferenceService;
import dev.slipway.core.batching.Dispatcher;
import dev.slipway.core.batching.Reply;
import dev.slipway.core.sequence.Sequences;
import dev.slipway.core.sequence.Turn;

/** Has requests for models that remember run, each when its turn in its sequence has come. */
final class SequenceRuns {
    private final InferenceService inference;
    private final Dispatcher dispatcher;
    private final Asides asides;
    private final Sequences sequences;

    SequenceRuns(Serving.Engine engine, Asides asides) {
        this.inference = engine.inference();
        this.dispatcher = engine.dispatcher();
        this.asides = asides;
        this.sequences = engine.sequences();
    }

    void submit(ModelCall.Read read, ModelCall call) {
        sequences.submit(read.handle(), read.step(), call, turn -> run(read, call, turn));
    }

    private void run(ModelCall.Read read, ModelCall call, Turn turn) {
        Handle handle = turn.handle();
        Transform transform = ChainRuns.transform(handle, read.request());
        if (transform == null) {
            dispatcher.submit(handle, turn.filled(read.request()), read.urgency(), turn.reply(call), null);
        } else {
            asides.execute(
                    handle.id().model(),
                    call,
                    () -> turnAndRun(read, transform, call, turn),
                    () -> turn.failed(Asides.gone()));
        }
    }

    private void turnAndRun(ModelCall.Read read, Transform transform, ModelCall call, Turn turn) {
        InferenceRequest filled;
        try {
            filled = turn.filled(ChainRuns.turn(inference, turn.handle(), transform, read, call));
        } catch (RuntimeException | Error e) {
            turn.failed(Serving.asSlipwayException(call.context(), e));
            return;
        }
        Reply turning = new TurningReply(inference, turn.handle(), transform, read.request(), call);
        dispatcher.submit(turn.handle(), filled, read.urgency(), turn.reply(turning), null);
    }
}
