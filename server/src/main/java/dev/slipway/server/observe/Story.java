package dev.slipway.server.observe;

import dev.slipway.api.Dispatch;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener.TransformStep;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.core.Answer;
import dev.slipway.monitoring.Prediction;
import dev.slipway.server.transport.RequestContext;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What is taken down of one request for a model while it is answered. For one thread at a time. */
public final class Story {
    private static final System.Logger LOG = System.getLogger(Story.class.getName());

    private final Observers observers;
    private final Begun begun;
    private List<RequestObserver.Follower> followers = List.of();
    private String model = "";
    private long version = -1;
    private String signature = "";
    private int rows;
    private long readNanos;
    private long decodeNanos;
    private long queueNanos;
    private long computeNanos;
    private long encodeStartNanos;
    private long encodeNanos;

    /**
     * A request that has come.
     *
     * @param startNanos when the whole of it had come, by {@link System#nanoTime}
     * @param requestBytes of its body or message
     */
    public record Begun(
            String protocol, RequestContext context, String remoteAddress, long startNanos, int requestBytes) {}

    public Story(Observers observers, Begun begun) {
        this.observers = observers;
        this.begun = begun;
        this.readNanos = begun.startNanos();
        begun.context().predicts();
    }

    /** The request is read from now on, and not since it came: it had to wait for that. */
    public void reads() {
        readNanos = System.nanoTime();
    }

    /** The request is for a model that is known, and may be asked. Only the first time counts. */
    public void isFor(String known) {
        if (!model.isEmpty() || known.isEmpty()) {
            return;
        }
        model = known;
        if (begun.context().served().isEmpty()) {
            begun.context().served(known);
        }
        if (!observers.each().isEmpty()) {
            followers = observers.follow(known, begun.context());
        }
    }

    /** The request was read, and goes to a version. */
    public void decoded(ServableId servable, InferenceRequest request) {
        version = servable.version();
        signature = request.target().signature();
        rows = rows(request.inputs());
        decodeNanos = System.nanoTime() - readNanos;
        if (isFollowed()) {
            tell(follower -> follower.decoded(servable, request));
        }
    }

    /** Items along axis 0 of the input that has most of them; 1 where none has such an axis. */
    static int rows(Map<String, Tensor> inputs) {
        long most = -1;
        for (Tensor input : inputs.values()) {
            if (input.shape().rank() > 0) {
                most = Math.max(most, input.shape().dim(0));
            }
        }
        return most < 0 ? 1 : (int) Math.min(most, Integer.MAX_VALUE);
    }

    /** Items of the request; 0 as long as it was not read. */
    public int rows() {
        return rows;
    }

    /** As {@link dev.slipway.core.batching.Reply#ran}. */
    public void ran(Dispatch run, long waitedNanos) {
        queueNanos = waitedNanos;
        computeNanos = run.times().runNanos();
        if (isFollowed()) {
            tell(follower -> follower.ran(run, waitedNanos));
        }
    }

    /** What stands before or after the model has turned the request, or its answer, in {@code nanos} that end now. */
    public void turned(TransformStep step, long nanos) {
        if (isFollowed()) {
            tell(follower -> follower.turned(step, nanos));
        }
    }

    /**
     * The answer is there, and is written from now on.
     *
     * @param nowNanos by {@link System#nanoTime}, as of what follows
     */
    public void answered(Answer answer, long nowNanos) {
        version = answer.id().version();
        signature = answer.signature().name();
        if (isFollowed()) {
            tell(follower -> follower.answered(answer));
        }
        encodeStartNanos = nowNanos;
    }

    /** The answer was written. */
    public void encoded(long nowNanos) {
        encodeNanos = nowNanos - encodeStartNanos;
    }

    /** The answer was handed to the transport. */
    public void ended(String principal, long answerBytes) {
        ended(principal, Prediction.Outcome.OK, answerBytes);
    }

    /** The error was handed to the transport. */
    public void failed(String principal, SlipwayException error) {
        ended(principal, new Prediction.Outcome(error.code(), String.valueOf(error.getMessage())), 0);
    }

    private void ended(String principal, Prediction.Outcome outcome, long answerBytes) {
        RequestContext context = begun.context();
        Prediction prediction = new Prediction(
                context.predictionId(),
                new Prediction.Origin(context.requestId(), principal, begun.remoteAddress(), begun.protocol()),
                new Prediction.Served(model, version, signature),
                outcome,
                new Prediction.Phases(
                        decodeNanos, queueNanos, computeNanos, encodeNanos, System.nanoTime() - begun.startNanos()),
                new Prediction.Size(rows, begun.requestBytes(), answerBytes));
        if (isFollowed()) {
            tell(follower -> follower.ended(prediction));
        }
        for (int i = 0; i < observers.all().size(); i++) {
            try {
                observers.all().get(i).accept(prediction, context);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }
    }

    /** Asked before there is something to tell, which costs an object. */
    private boolean isFollowed() {
        return !followers.isEmpty();
    }

    private void tell(Consumer<RequestObserver.Follower> what) {
        for (int i = 0; i < followers.size(); i++) {
            try {
                what.accept(followers.get(i));
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }
    }

    private static void failed(Throwable e) {
        LOG.log(Level.ERROR, "who looks on at a request failed", e);
    }
}
