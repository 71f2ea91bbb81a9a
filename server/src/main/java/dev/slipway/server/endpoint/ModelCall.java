package dev.slipway.server.endpoint;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.core.Answer;
import dev.slipway.core.Handle;
import dev.slipway.core.batching.Reply;
import dev.slipway.core.batching.Urgency;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;

/** One request for a model, of whatever protocol: how it is read, how its answer is written, and where that goes. */
abstract class ModelCall implements Reply {
    private final Serving serving;
    private final String protocol;
    private final long startNanos = System.nanoTime();
    /** That the request is for; empty as long as no such model is known. */
    private String model = "";

    /** @param protocol as {@link dev.slipway.server.Metrics#answered} has it */
    ModelCall(Serving serving, String protocol) {
        this.serving = serving;
        this.protocol = protocol;
    }

    /**
     * A request that was read.
     *
     * @param handle what it is for; whoever gets this closes it
     */
    record Read(Handle handle, InferenceRequest request, Urgency urgency) {}

    /**
     * An encoded answer.
     *
     * @param headerBytes length of the JSON part of an Open Inference answer with binary data; -1 where there is none
     */
    record Encoded(ByteBuffer body, int headerBytes) {
        Encoded(ByteBuffer body) {
            this(body, -1);
        }
    }

    /** The name of the model, found without reading all of the request. */
    abstract String peekModel();

    /** Bytes of the request. */
    abstract int bytes();

    /** Runs a task at the end of the read turn of the event loop that brought the request. */
    abstract Executor turn();

    /** Reads the request, and borrows what it is for. */
    abstract Read read();

    abstract Encoded write(Answer answer);

    abstract void send(Encoded answer);

    /** Borrows what the request is for. */
    final Handle borrow(Target target) {
        if (model.isEmpty()) {
            model = serving.knownName(target.model());
        }
        return serving.borrow(target);
    }

    abstract void sendError(SlipwayException error);

    @Override
    public final void answered(Answer answer) {
        try {
            serving.requireEncodable(answer);
            send(write(answer));
            serving.count(protocol, model, ErrorCode.OK, startNanos);
        } catch (RuntimeException | Error e) {
            failed(Serving.asSlipwayException(e));
        }
    }

    @Override
    public final void failed(SlipwayException error) {
        sendError(error);
        serving.count(protocol, model, error.code(), startNanos);
    }
}
