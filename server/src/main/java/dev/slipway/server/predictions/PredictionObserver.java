package dev.slipway.server.predictions;

import dev.slipway.api.InferenceRequest;
import dev.slipway.api.ServableId;
import dev.slipway.core.Answer;
import dev.slipway.monitoring.Prediction;
import dev.slipway.monitoring.log.PredictionFollower;
import dev.slipway.monitoring.log.PredictionLog;
import dev.slipway.server.observe.RequestObserver;
import dev.slipway.server.transport.RequestContext;
import org.jspecify.annotations.Nullable;

/** Chooses requests that are taken down, and hands on what is shown of them. */
final class PredictionObserver implements RequestObserver {
    private final PredictionLog log;

    PredictionObserver(PredictionLog log) {
        this.log = log;
    }

    @Override
    public @Nullable Follower begins(String model, RequestContext context) {
        PredictionFollower chosen = log.follow(model);
        return chosen == null ? null : new Taking(chosen, context);
    }

    private record Taking(PredictionFollower prediction, RequestContext context) implements Follower {
        @Override
        public void decoded(ServableId id, InferenceRequest request) {
            prediction.decoded(request.inputs());
        }

        @Override
        public void answered(Answer answer) {
            prediction.answered(answer.outputs());
        }

        @Override
        public void ended(Prediction ended) {
            // Known by now, whoever follows the request before this or after.
            RequestContext.TraceIds trace = context.trace();
            prediction.ended(ended, trace == null ? "" : trace.header());
        }
    }
}
