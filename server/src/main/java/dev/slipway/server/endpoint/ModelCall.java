package dev.slipway.server.endpoint;

import dev.slipway.access.Action;
import dev.slipway.access.Need;
import dev.slipway.access.Permit;
import dev.slipway.api.Deadline;
import dev.slipway.api.Dispatch;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.ServableId;
import dev.slipway.api.ServingListener.TransformStep;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import dev.slipway.core.Answer;
import dev.slipway.core.Handle;
import dev.slipway.core.batching.Reply;
import dev.slipway.core.batching.Urgency;
import dev.slipway.core.sequence.SequenceStep;
import dev.slipway.core.sequence.Sequences;
import dev.slipway.core.traffic.ShadowCopy;
import dev.slipway.server.limits.Admission;
import dev.slipway.server.observe.Story;
import dev.slipway.server.provenance.Provenance;
import dev.slipway.server.transport.RequestContext;
import dev.slipway.server.triton.Trace;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One request for a model, of whatever protocol: how it is read, how its answer is written, and where that goes. */
abstract class ModelCall implements Reply, Runnable {
    /** So much is read in some tens of microseconds, even of JSON. */
    private static final int READ_ON_LOOP_BYTES_MAX = 16 << 10;

    private final Serving serving;
    private final String protocol;
    private long startNanos;
    private boolean isContinued;
    private @Nullable Story story;
    private Admission.Ticket ticket = Admission.Ticket.FREE;
    private boolean isAdmitted;
    /** That the request is for; empty as long as no such model is known. */
    private String model = "";
    /** What the request is for; null until it was read so far. */
    private @Nullable Target asked;

    private @Nullable ShadowCopy shadow;
    private @Nullable Trace trace;
    /** Of the version that it goes to. */
    private @Nullable ModelDescription description;
    /** What could not be borrowed though the model is known. */
    private @Nullable Target missed;
    /** Takes it out of where it waits; null as long as it did not have to. */
    private volatile @Nullable Runnable leave;
    /** Borrowed already, for a request that waited for its version. */
    private @Nullable Handle lent;

    /** @param protocol as {@link dev.slipway.server.metrics.Metrics#answered} has it */
    ModelCall(Serving serving, String protocol) {
        this.serving = serving;
        this.protocol = protocol;
    }

    /**
     * A request that was read.
     *
     * @param handle what it is for; whoever gets this closes it
     * @param step what it says of its sequence
     */
    record Read(Handle handle, InferenceRequest request, Urgency urgency, SequenceStep step) {
        /** Of one that names no sequence. */
        Read(Handle handle, InferenceRequest request, Urgency urgency) {
            this(handle, request, urgency, SequenceStep.NONE);
        }
    }

    /**
     * An encoded answer.
     *
     * @param headerBytes length of the JSON part of an Open Inference answer with binary data; -1 where there is none
     * @param version that answered, where the body has no place for it; -1 where it has
     */
    record Encoded(ByteBuffer body, int headerBytes, long version) {
        Encoded(ByteBuffer body) {
            this(body, -1, -1);
        }
    }

    /** The name of the model, found without reading all of the request. */
    abstract String peekModel();

    /** What who asks may do. */
    abstract Permit permit();

    /** By which words the request is found again. */
    abstract RequestContext context();

    /** Where it comes from. */
    abstract String remoteAddress();

    /** Bytes of the request. */
    abstract int bytes();

    /** When its answer is of no use any more. */
    abstract Deadline deadline();

    /** Before anything else. */
    final void begins() {
        RequestContext context = context();
        startNanos = isContinued ? System.nanoTime() : context.startNanos();
        Story begun = new Story(
                serving.observers(), new Story.Begun(protocol, context, remoteAddress(), startNanos, bytes()));
        if (context.hasWaited()) {
            begun.reads();
        }
        story = begun;
    }

    private Story story() {
        return Objects.requireNonNull(story, "asked before it was submitted");
    }

    /** It was in a line until now. */
    final void beginsLate() {
        story().reads();
    }

    /** Whether it is to be read on a compute thread, not the event loop. */
    boolean isLong() {
        return bytes() > READ_ON_LOOP_BYTES_MAX;
    }

    /** Runs a task at the end of the read turn of the event loop that brought the request. */
    abstract Executor turn();

    /** Reads the request, and borrows what it is for. */
    abstract Read read();

    /** The first value of a header or metadata key, null when there is none. */
    abstract @Nullable String header(String lowerCaseName);

    abstract Encoded write(Answer answer);

    abstract void send(Encoded answer);

    /**
     * Borrows what the request is for.
     *
     * @throws SlipwayException as a borrow does, and when who asks may not have it run: before a word on whether it is there
     */
    final Handle borrow(Target named) {
        return borrow(named, named.version());
    }

    /**
     * As {@link #borrow(Target)}.
     *
     * @param said the version as the request names it, where {@code named} has the one that this was found to be
     */
    final Handle borrow(Target named, VersionChoice said) {
        permit().require(new Need(Action.PREDICT, named.model(), said));
        Target target = serving.router().routed(named);
        if (model.isEmpty()) {
            model = serving.knownName(target.model());
            story().isFor(model);
        }
        admit();
        asked = target;
        Handle ready = lent;
        if (ready != null) {
            lent = null;
            return ready;
        }
        try {
            return serving.router().borrow(target, this::header);
        } catch (SlipwayException e) {
            missed = e.code() == ErrorCode.UNAVAILABLE ? target : null;
            throw serving.told(e, target.model(), permit());
        }
    }

    /**
     * Lets in, or refuses, what is long before it waits to be read, or what could not be read. Who may not ask for the model's
     * newest version is told what counts for the one that is asked for, once that is known.
     *
     * @param known name of the model
     * @throws SlipwayException as {@link Admission#admit}
     */
    final void admitUnread(String known) {
        if (model.isEmpty()
                && !known.isEmpty()
                && permit().allows(new Need(Action.PREDICT, known, VersionChoice.LATEST))) {
            model = known;
            story().isFor(known);
            admit();
        }
    }

    /** Goes on with what {@code former} was let in with: both are parts of one request. */
    final void continues(ModelCall former) {
        ticket = former.ticket;
        isAdmitted = former.isAdmitted;
        isContinued = true;
    }

    /** How often the rows that were read are run, by this call and those that {@linkplain #continues continue} it. */
    int runs() {
        return 1;
    }

    /** Whether another call {@linkplain #continues goes on} after this one was answered. */
    boolean goesOn() {
        return false;
    }

    /** Once, though a request that waits for its version is read again. */
    private void admit() {
        if (!isAdmitted && !model.isEmpty()) {
            ticket = serving.admission().admit(permit().principal(), model, bytes());
            isAdmitted = true;
        }
    }

    /** What was read, for the version that it is to go to now that its inputs are known. */
    final Read settled(Read read) {
        Target target = Objects.requireNonNull(asked, "settled before it was read");
        Handle handle = read.handle();
        try {
            handle = serving.router().settle(target, handle, read.request());
            // A copy would have to remember too.
            shadow = Sequences.remembers(handle) ? null : serving.router().sample(handle, read.request());
            description = handle.servable().description();
            beginTrace();
            story().decoded(handle.id(), read.request());
            ticket.rows((int) Math.min(Integer.MAX_VALUE, (long) story().rows() * runs()));
            return new Read(handle, read.request(), read.urgency().of(ticket.tenant()), read.step());
        } catch (RuntimeException | Error e) {
            handle.close();
            throw e;
        }
    }

    /** What the version that it goes to says of itself; only once the request was read. */
    final ModelDescription description() {
        return Objects.requireNonNull(description, "asked before the request was read");
    }

    /** What its files are, for a header; empty where that is not known. */
    final String provenance() {
        ModelDescription known = description;
        return known == null ? "" : Provenance.header(known);
    }

    private void beginTrace() {
        Trace begun = serving.traces().begin(model);
        if (begun != null) {
            begun.stamp("REQUEST_START", startNanos);
            begun.stamp("QUEUE_START", System.nanoTime());
            trace = begun;
        }
    }

    private void endTrace(ServableId id) {
        Trace ended = trace;
        if (ended != null) {
            ended.stamp("REQUEST_END", System.nanoTime());
            serving.traces().end(ended, id, serving.aside("traces"));
        }
    }

    /** What {@link #read()} could not borrow, and may be had later; null when it failed for another reason. */
    final @Nullable Target takeMissed() {
        Target target = missed;
        missed = null;
        return target;
    }

    /** Gives the request what it waited for, to be borrowed when it is read. */
    final void lend(@Nullable Handle handle) {
        lent = handle;
    }

    /** Gives back what was lent and not borrowed. */
    final void returnLent() {
        Handle unused = lent;
        lent = null;
        if (unused != null) {
            unused.close();
        }
    }

    /** Has this call {@linkplain #run told} once nobody waits for its answer any more. On the event loop. */
    abstract void watch();

    /** Nobody waits for the answer any more. */
    @Override
    public final void run() {
        // Stays where it is: another thread may just be putting the next one there, which must not be lost. Twice is no
        // harm.
        Runnable action = leave;
        if (action != null) {
            action.run();
        }
    }

    @Override
    public final void waits(Runnable action) {
        leave = action;
        if (isCancelled()) {
            run();
        }
    }

    /** The request waits for its run, or has failed: what came after it may be read. Any thread. */
    void placed() {}

    abstract void sendError(SlipwayException error);

    @Override
    public final void ran(Dispatch run, long waitedNanos) {
        story().ran(run, waitedNanos);
    }

    /** What stands before or after the model has turned the request, or its answer. */
    final void turned(TransformStep step, long nanos) {
        story().turned(step, nanos);
    }

    @Override
    public final void answered(Answer answer) {
        try {
            Trace traced = trace;
            if (traced != null) {
                serving.traces().stampRun(traced);
            }
            long now = System.nanoTime();
            requireAwaited(now);
            story().answered(answer, now);
            serving.requireEncodable(answer);
            Encoded encoded = write(answer);
            int bytes = encoded.body().remaining();
            now = System.nanoTime();
            story().encoded(now);
            context().served(answer.id().toString());
            ShadowCopy copy = shadow;
            if (copy != null) {
                copy.keep(answer);
            }
            requireAwaited(now);
            if (!goesOn()) {
                // Before whoever asked can know, and ask again.
                ticket.close();
            }
            send(encoded);
            endTrace(answer.id());
            story().ended(principal(), bytes);
            if (copy != null) {
                copy.compareWith(answer);
            }
        } catch (RuntimeException | Error e) {
            giveUpShadow();
            failed(Serving.asSlipwayException(context(), e));
        }
    }

    /** What nobody gets, or nobody has a use for any more, did not go well, though the model has answered. */
    private void requireAwaited(long nowNanos) {
        // The transport looks at deadlines only so often.
        if (isCancelled() || deadline().isExpired(nowNanos)) {
            throw Asides.gone();
        }
    }

    private void giveUpShadow() {
        ShadowCopy copy = shadow;
        if (copy != null) {
            copy.close();
        }
    }

    @Override
    public final void failed(SlipwayException error) {
        SlipwayException why = late(error);
        ticket.close();
        Serving.tell(context(), why);
        try {
            sendError(why);
        } finally {
            // Who looks on has taken room for the request.
            story().failed(principal(), why);
        }
    }

    /** Whose deadline has passed was answered that by the transport, and counts as cancelled since then. */
    private SlipwayException late(SlipwayException error) {
        return error.code() == ErrorCode.CANCELLED && deadline().isExpired(System.nanoTime())
                ? new SlipwayException(ErrorCode.DEADLINE_EXCEEDED, "the request's deadline has passed", error)
                : error;
    }

    private String principal() {
        return permit().principal().name();
    }
}
