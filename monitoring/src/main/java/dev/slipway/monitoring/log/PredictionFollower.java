package dev.slipway.monitoring.log;

import dev.slipway.api.Tensor;
import dev.slipway.monitoring.Prediction;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes down one prediction that was chosen. For one thread at a time. Copies what it is shown only where the sink has room;
 * where it has none, nothing of the prediction is taken down.
 */
public final class PredictionFollower {
    private enum State {
        /** No room was asked for. */
        NEW,
        HELD,
        GONE
    }

    private final Outlet outlet;
    private final ModelLog log;
    private final Redaction redaction;
    private final long arrivedMillis;
    private State state = State.NEW;
    private long held;
    private @Nullable List<TensorCopy> inputs;
    private @Nullable List<TensorCopy> outputs;

    PredictionFollower(Outlet outlet, ModelLog log, Redaction redaction) {
        this.outlet = outlet;
        this.log = log;
        this.redaction = redaction;
        this.arrivedMillis = System.currentTimeMillis();
    }

    /** The request was read. */
    public void decoded(Map<String, Tensor> read) {
        boolean isWanted = log.what().contains(ModelLog.What.REQUEST);
        if (state == State.NEW && hold(isWanted ? TensorCopy.bytes(read) : 0) && isWanted) {
            inputs = TensorCopy.of(read, redaction);
        }
    }

    /** The answer is there. */
    public void answered(Map<String, Tensor> answer) {
        if (log.what().contains(ModelLog.What.RESPONSE) && hold(TensorCopy.bytes(answer))) {
            outputs = TensorCopy.of(answer, redaction);
        }
    }

    /**
     * It is over.
     *
     * @param traceParent W3C's, of the span that stands for the request; empty for none
     */
    public void ended(Prediction prediction, String traceParent) {
        boolean hasResponse = log.what().contains(ModelLog.What.RESPONSE);
        if (state == State.NEW && !hasResponse) {
            return;
        }
        if (!hold(0)) {
            return;
        }
        state = State.GONE;
        outlet.add(new Recorded(
                prediction,
                arrivedMillis,
                System.currentTimeMillis(),
                traceParent,
                inputs,
                outputs,
                log.what(),
                redaction,
                held));
    }

    private boolean hold(long bytes) {
        boolean isGiven = switch (state) {
            case NEW -> outlet.enter(bytes, log.what().size());
            case HELD -> bytes == 0 || outlet.grow(held, bytes, log.what().size());
            case GONE -> false;
        };
        if (isGiven) {
            state = State.HELD;
            held += bytes;
        } else if (state != State.GONE) {
            state = State.GONE;
            inputs = null;
            outputs = null;
        }
        return isGiven;
    }
}
