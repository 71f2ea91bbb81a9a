package dev.slipway.core.sequence;

import dev.slipway.api.Dispatch;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.SlipwayException;
import dev.slipway.core.Answer;
import dev.slipway.core.Handle;
import dev.slipway.core.batching.Reply;

/**
 * A request whose turn in its sequence has come. Whoever gets it has the request run, or {@link #failed fails} it; nothing
 * else of the sequence runs before.
 */
public final class Turn {
    private final Sequence sequence;
    private final Step step;
    private final Handle handle;
    private final StatePlan plan;

    Turn(Sequence sequence, Step step, Handle handle, StatePlan plan) {
        this.sequence = sequence;
        this.step = step;
        this.handle = handle;
        this.plan = plan;
    }

    /** The version that the sequence is on; open until the run's reply was made. */
    public Handle handle() {
        return handle;
    }

    /**
     * The request with all that the model wants besides.
     *
     * @param request for the signature that a chain runs the model with, or the default one
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it does not fit that signature, or its id not the model
     */
    public InferenceRequest filled(InferenceRequest request) {
        plan.seen().check(request.inputs(), request.outputs());
        return plan.filled(request, step.said(), sequence.state());
    }

    /** Keeps what the run leaves behind, hands the rest on, and lets the sequence go on. */
    public Reply reply(Reply client) {
        return new Remembering(client);
    }

    /** The request is not run; also closes the handle. */
    public void failed(SlipwayException error) {
        try {
            sequence.answering(step);
            step.reply().failed(error);
        } finally {
            handle.close();
            sequence.ended(step, false);
        }
    }

    private final class Remembering implements Reply {
        private final Reply client;

        Remembering(Reply client) {
            this.client = client;
        }

        @Override
        public void answered(Answer answer) {
            boolean isKept = false;
            try {
                sequence.keep(step, plan.state(answer.outputs()));
                isKept = true;
                client.answered(new Answer(answer.id(), plan.seen(), plan.seen(answer.outputs())));
            } catch (RuntimeException | Error e) {
                if (isKept) {
                    throw e;
                }
                client.failed(Sequences.asSlipwayException(e));
            } finally {
                sequence.ended(step, isKept);
            }
        }

        @Override
        public void failed(SlipwayException error) {
            try {
                sequence.answering(step);
                client.failed(error);
            } finally {
                sequence.ended(step, false);
            }
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
}
