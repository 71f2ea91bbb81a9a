package dev.slipway.server.transport;

import dev.slipway.access.Permit;
import dev.slipway.api.Deadline;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.Buffers;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One message of a stream. Ending it lets the stream go on; failing it ends the stream with that error. */
final class StreamedMessage implements GrpcCall {
    private final StreamExchange stream;
    private final Body body;
    private final ByteBuffer bytes;
    private final Deadline deadline;
    private final AtomicBoolean isEnded = new AtomicBoolean();
    private @Nullable Runnable onCancel;
    private final RequestContext context;
    private Permit permit = Permit.ALL;

    StreamedMessage(StreamExchange stream, Body body) {
        this.stream = stream;
        this.body = body;
        this.bytes = body.view();
        this.deadline = stream.deadlineOfMessage();
        this.context = stream.context().ofMessage();
    }

    @Override
    public String method() {
        return stream.method();
    }

    @Override
    public RequestContext context() {
        return context;
    }

    @Override
    public Permit permit() {
        return permit;
    }

    @Override
    public void permit(Permit said) {
        permit = said;
    }

    @Override
    public ByteBuffer message() {
        return bytes;
    }

    @Override
    public @Nullable String metadata(String key) {
        return stream.header(key);
    }

    @Override
    public List<String> allMetadata(String key) {
        return GrpcHeads.all(stream.headers, key);
    }

    @Override
    public String remoteAddress() {
        return stream.remoteAddress();
    }

    @Override
    public int localPort() {
        return stream.localPort();
    }

    @Override
    public @Nullable X509Certificate clientCertificate() {
        return stream.clientCertificate();
    }

    @Override
    public Deadline deadline() {
        return deadline;
    }

    /** Does nothing: a stream has all the time that its client gives it. */
    @Override
    public void extendDeadline() {}

    @Override
    public boolean isCancelled() {
        return stream.isCancelled();
    }

    @Override
    public Executor turn() {
        return stream.turn();
    }

    @Override
    public void onCancel(Runnable action) {
        if (!stream.loop.eventLoop.inEventLoop()) {
            stream.later(() -> onCancel(action));
        } else if (stream.isCancelled()) {
            action.run();
        } else if (!isEnded.get()) {
            onCancel = action;
        }
    }

    @Override
    public boolean isOfStream() {
        return true;
    }

    @Override
    public Object companion(Class<?> owner, Supplier<?> make) {
        return stream.companion(owner, make);
    }

    /** On the heap: many answers of one stream are made at once. */
    @Override
    public Buffers buffers() {
        return Buffers.HEAP;
    }

    @Override
    public void reply(ByteBuffer onlyAnswer) {
        ends();
        stream.later(() -> {
            int status = status(0);
            // A large answer is sent from where it lies, which may be in the message.
            boolean mayBeView = onlyAnswer.isDirect();
            stream.answer(onlyAnswer, mayBeView ? body : null);
            if (!mayBeView) {
                body.release();
            }
            endsWith(status);
        });
    }

    /** What the client is told, asked before it is; -1 where it is told nothing any more. */
    private int status(int said) {
        return stream.isOpen() ? said : -1;
    }

    /** The message was answered. On the event loop. */
    private void endsWith(int status) {
        context.status(status);
        context.ends();
        stream.done(this);
    }

    @Override
    public void send(ByteBuffer oneAnswer) {
        stream.later(() -> stream.answer(oneAnswer, null));
    }

    @Override
    public void end() {
        ends();
        stream.later(() -> {
            body.release();
            endsWith(status(0));
        });
    }

    @Override
    public void fail(SlipwayException error) {
        ends();
        failLater(error);
    }

    private void failLater(SlipwayException error) {
        stream.later(() -> {
            body.release();
            int status = status(error.code().grpcStatus());
            stream.failed(error);
            endsWith(status);
        });
    }

    /** The handler has thrown this. */
    void thrown(SlipwayException error) {
        if (isEnded.compareAndSet(false, true)) {
            failLater(error);
        }
    }

    private void ends() {
        if (!isEnded.compareAndSet(false, true)) {
            throw new IllegalStateException("a message of %s was answered already".formatted(method()));
        }
    }

    /** Nobody waits any more; the handler will still end it. On the event loop. */
    void cancelled() {
        Runnable action = onCancel;
        onCancel = null;
        if (action != null) {
            action.run();
        }
    }
}
