package dev.slipway.server.endpoint;

import dev.slipway.access.Permit;
import dev.slipway.api.ByteSize;
import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.ServableId;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.Tensor;
import dev.slipway.api.Transform;
import dev.slipway.api.VersionChoice;
import dev.slipway.api.VersionState;
import dev.slipway.core.Answer;
import dev.slipway.core.ComputePool;
import dev.slipway.core.Handle;
import dev.slipway.core.InferenceService;
import dev.slipway.core.batching.Dispatcher;
import dev.slipway.core.sequence.Sequences;
import dev.slipway.core.traffic.Router;
import dev.slipway.protocol.tfserving.PredictReader;
import dev.slipway.protocol.tfserving.PredictRequest;
import dev.slipway.protocol.tfserving.PredictWriter;
import dev.slipway.server.limits.Admission;
import dev.slipway.server.metrics.Metrics;
import dev.slipway.server.metrics.Shown;
import dev.slipway.server.observe.Observers;
import dev.slipway.server.transport.RequestContext;
import dev.slipway.server.transport.RequestLog;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import dev.slipway.server.triton.Traces;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the endpoints of all protocols share: the door to the models, the threads, and the counting. */
public final class Serving {
    private static final System.Logger LOG = System.getLogger(Serving.class.getName());
    private static final RequestLog REQUESTS = RequestLog.of(Serving.class);
    private static final Duration LOCAL_TIMEOUT = Duration.ofSeconds(2);

    private final InferenceService inference;
    private final Router router;
    private final SortedMap<String, ModelStatus> statuses;
    private final ComputePool compute;
    private final Dispatcher dispatcher;
    private final Asides asides;
    private final ChainRuns chains;
    private final SequenceRuns sequences;
    private final OnDemand onDemand;
    private final Looking looking;
    private final Traces traces;
    private final long answerBytesMax;

    /**
     * Where requests run.
     *
     * @param router picks the versions
     * @param sequences of models that remember
     * @param answerBytesMax bytes that one request's outputs may take before they are encoded
     */
    public record Engine(
            InferenceService inference,
            Router router,
            Dispatcher dispatcher,
            ComputePool compute,
            Sequences sequences,
            long answerBytesMax) {}

    /**
     * Who lets requests in, and who looks on.
     *
     * @param metrics shown to whoever asks for them
     */
    public record Looking(Admission admission, Observers observers, Metrics metrics, Traces traces) {}

    public Serving(Engine engine, SortedMap<String, ModelStatus> statuses, Looking looking) {
        this.traces = looking.traces();
        this.inference = engine.inference();
        this.router = engine.router();
        this.dispatcher = engine.dispatcher();
        this.compute = engine.compute();
        this.asides = new Asides(engine.compute());
        this.chains = new ChainRuns(engine, asides);
        this.sequences = new SequenceRuns(engine, asides);
        this.onDemand = new OnDemand(engine, asides, call -> accept(call, null));
        this.answerBytesMax = engine.answerBytesMax();
        this.statuses = statuses;
        this.looking = looking;
    }

    /**
     * Reads a request and has it run. What is short is read at once, on the calling event loop, and may run there at the end
     * of its turn; what is long is read on a compute thread, in a line of its model.
     */
    void submit(ModelCall call) {
        call.begins();
        call.watch();
        if (!call.isLong()) {
            accept(call, call.turn());
            return;
        }
        try {
            String known = knownName(call.peekModel());
            call.admitUnread(known);
            // Beside the model's runs, lest who sends many long requests keeps those of others from running. Names that
            // are no models share one line, lest inventing names brings more turns.
            asides.execute(
                    known.isEmpty() ? "/unknown" : "/reading/" + known,
                    call,
                    () -> accept(call, null),
                    () -> gone(call));
        } catch (SlipwayException e) {
            call.failed(e);
            call.placed();
        }
    }

    private static void gone(ModelCall call) {
        call.failed(Asides.gone());
        call.placed();
    }

    /** As {@link #submit(ModelCall)}, of a request that {@code form} reads and answers. */
    public void submit(RestRequest request, RestReply reply, Form.Named named, Form form) {
        submit(new FormedCall(this, request, reply, named, form));
    }

    private void accept(ModelCall call, @Nullable Executor turn) {
        if (isPlaced(call, turn)) {
            call.placed();
        }
    }

    /** Reads a request and puts it where it is to wait for its run; false while it waits for its version. */
    private boolean isPlaced(ModelCall call, @Nullable Executor turn) {
        if (turn == null) {
            call.beginsLate();
        }
        ModelCall.Read read;
        try {
            if (call.isCancelled()) {
                throw Asides.gone();
            }
            read = call.settled(call.read());
        } catch (RuntimeException | Error e) {
            call.returnLent();
            if (onDemand.awaitLoad(call)) {
                return false;
            }
            call.failed(asSlipwayException(call.context(), counted(call, e)));
            return true;
        }
        place(read, call, turn);
        return true;
    }

    /** Puts a request that was read where it is to wait for its run. */
    private void place(ModelCall.Read read, ModelCall call, @Nullable Executor turn) {
        Handle handle = read.handle();
        if (Sequences.remembers(handle)) {
            sequences.submit(read, call);
            return;
        }
        Transform transform;
        try {
            transform = ChainRuns.transform(handle, read.request());
        } catch (RuntimeException | Error e) {
            handle.close();
            call.failed(asSlipwayException(call.context(), e));
            return;
        }
        if (transform == null) {
            dispatcher.submit(handle, read.request(), read.urgency(), call, turn);
        } else {
            chains.submit(read, transform, call, turn);
        }
    }

    /** What a request fails with that could not be read: limits count it too, where it says as much as its model's name. */
    private Throwable counted(ModelCall call, Throwable fault) {
        if (call.isCancelled()) {
            return fault;
        }
        try {
            call.admitUnread(knownName(call.peekModel()));
            return fault;
        } catch (RuntimeException e) {
            return e instanceof SlipwayException refusal && refusal.code() == ErrorCode.RESOURCE_EXHAUSTED ? e : fault;
        }
    }

    /** The name, if a model has it; empty if none has, since names that are no models must not become series. */
    String knownName(String model) {
        return statuses.containsKey(model) ? model : "";
    }

    Observers observers() {
        return looking.observers();
    }

    Admission admission() {
        return looking.admission();
    }

    Traces traces() {
        return traces;
    }

    /** Runs off the event loop, in a line of its own; what there is no room for is dropped. */
    Executor aside(String line) {
        return work -> submitAside(line, work, refused -> LOG.log(Level.DEBUG, "{0}: {1}", line, refused.getMessage()));
    }

    /** Has {@code work} run off the event loop, in a line of its own. */
    public void submitAside(String line, Runnable work, Consumer<SlipwayException> refused) {
        try {
            // No model's name has a slash, so that no model shares the line.
            compute.execute("/" + line, () -> {
                try {
                    work.run();
                } catch (RuntimeException | Error e) {
                    refused.accept(asSlipwayException(null, e));
                }
            });
        } catch (SlipwayException e) {
            refused.accept(e);
        }
    }

    /** @param request that failed; null where that is not known */
    static SlipwayException asSlipwayException(@Nullable RequestContext request, Throwable e) {
        if (e instanceof SlipwayException known) {
            return known;
        }
        if (e instanceof OutOfMemoryError) {
            REQUESTS.error(request, "memory ran out in a request", e);
            return new SlipwayException(ErrorCode.RESOURCE_EXHAUSTED, "memory ran out: " + e.getMessage(), e);
        }
        REQUESTS.error(request, "a request failed unexpectedly", e);
        return new SlipwayException(ErrorCode.INTERNAL, "unexpected: " + e, e);
    }

    /** Writes down that a request failed: by what it is found again, since what failed may have been a run of several. */
    static void tell(RequestContext request, SlipwayException error) {
        boolean isOurs = error.code() == ErrorCode.INTERNAL || error.code() == ErrorCode.UNKNOWN;
        REQUESTS.failed(request, isOurs, error);
    }

    Router router() {
        return router;
    }

    /**
     * @throws SlipwayException {@code RESOURCE_EXHAUSTED} when the outputs are more than the heap could encode: a model
     *     whose output's size is up to the request must not cost the others their memory
     */
    void requireEncodable(Answer answer) {
        long bytes = 0;
        for (Tensor output : answer.outputs().values()) {
            bytes += output.byteCount();
        }
        if (bytes > answerBytesMax) {
            throw new SlipwayException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "model '%s': the outputs take %s (expected: at most %s)"
                            .formatted(answer.id(), ByteSize.format(bytes), ByteSize.format(answerBytesMax)));
        }
    }

    /** What there is to say of each model, by name; a live view. */
    public SortedMap<String, ModelStatus> statuses() {
        return statuses;
    }

    /** Of each model that who asks may read. */
    List<ModelStatus> statuses(Permit permit) {
        return permit.readable(statuses.values(), ModelStatus::name);
    }

    /** @throws SlipwayException {@code NOT_FOUND}, naming the models that who asks may read */
    public ModelStatus status(String model, Permit permit) {
        ModelStatus status = statuses.get(model);
        if (status == null) {
            throw unknown(model, permit);
        }
        return status;
    }

    /** Why nothing could be borrowed, told to who asks: of models there are, names only of those that they may read. */
    SlipwayException told(SlipwayException e, String model, Permit permit) {
        boolean isForWantOfIt = e.code() == ErrorCode.NOT_FOUND && !statuses.containsKey(model);
        return isForWantOfIt && !permit.allowsReadingAll() ? unknown(model, permit) : e;
    }

    private SlipwayException unknown(String model, Permit permit) {
        return InferenceService.unknown(model, permit.readable(statuses.keySet(), name -> name));
    }

    /** A served version and what it says of itself. */
    public record Described(ServableId id, ModelDescription description) {}

    /** @throws SlipwayException as a borrow does; names of other models are those that who asks may read */
    public Described describe(String model, VersionChoice version, Permit permit) {
        try {
            return describe(model, version);
        } catch (SlipwayException e) {
            throw told(e, model, permit);
        }
    }

    /** @throws SlipwayException as a borrow does */
    public Described describe(String model, VersionChoice version) {
        try (Handle handle = router.borrow(new Target(model, version, ""), Router.Headers.NONE)) {
            return new Described(handle.id(), handle.servable().description());
        }
    }

    /** The versions of a model that are served, oldest first. */
    public List<String> versionsOf(String model) {
        return status(model, Permit.ALL).versions().stream()
                .filter(version -> version.state() == VersionState.AVAILABLE)
                .map(version -> Long.toString(version.version()))
                .toList();
    }

    Shown metrics() {
        return looking.metrics().shown();
    }

    /** What TensorFlow Serving's REST interface answers to a predict request, made on the calling thread. */
    public String predictJson(String model, String body) {
        Target target = new Target(model, VersionChoice.LATEST, "");
        try (Handle handle = router.borrow(target, Router.Headers.NONE)) {
            Deadline deadline = Deadline.after(LOCAL_TIMEOUT, System.nanoTime());
            ByteBuffer bytes = ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8));
            PredictRequest request = PredictReader.read(bytes, name -> signature(handle, name));
            try (Answer answer = inference.run(handle, TfServingRest.inference(handle, request, deadline))) {
                requireEncodable(answer);
                ByteBuffer text = PredictWriter.write(request.signature(), request.rowFormat(), answer.outputs());
                return StandardCharsets.UTF_8.decode(text).toString();
            }
        }
    }

    /** An unknown signature is INVALID_ARGUMENT in REST, FAILED_PRECONDITION in gRPC, as in TensorFlow Serving. */
    static Signature signature(Handle handle, String name) {
        try {
            return InferenceService.signature(handle, name);
        } catch (SlipwayException e) {
            throw new SlipwayException(ErrorCode.INVALID_ARGUMENT, e.getMessage(), e);
        }
    }
}
