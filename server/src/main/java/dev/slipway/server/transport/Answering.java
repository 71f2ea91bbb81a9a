package dev.slipway.server.transport;

import dev.slipway.protocol.Buffers;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How the answer of one exchange gets from its handler, on whatever thread, to the exchange's event loop; and the memory that
 * it lies in.
 */
final class Answering implements Runnable {
    private static final AtomicIntegerFieldUpdater<Answering> MARKED =
            AtomicIntegerFieldUpdater.newUpdater(Answering.class, "marked");

    private final Exchange exchange;
    private @Nullable AnswerMemory memory;
    private long sentBytes;

    @SuppressWarnings("unused") // Read and written through MARKED.
    private volatile int marked;

    Answering(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Whether this is the handler's first answer. Any thread. */
    boolean mark() {
        return MARKED.compareAndSet(this, 0, 1);
    }

    /** As {@link #mark}, for a handler that must not answer twice. */
    void markOnce() {
        if (!mark()) {
            throw new IllegalStateException("%s was answered already".formatted(exchange.uri()));
        }
    }

    /** Has {@link Exchange#sendAnswer} called on the loop, unless nobody waits any more, and lets go of the body. Any thread. */
    void answer() {
        if (exchange.loop.eventLoop.inEventLoop()) {
            run();
        } else {
            answerLater();
        }
    }

    /** As {@link #answer}, after all that was asked to run there before. */
    void answerLater() {
        try {
            exchange.loop.eventLoop.execute(this);
        } catch (RejectedExecutionException e) {
            // The transport is closed: nobody waits any more.
            exchange.reception().giveBack();
            exchange.reception().letGo();
            releaseUnsent();
        }
    }

    /** The answer's turn on the loop. */
    @Override
    public void run() {
        exchange.answerNow();
        releaseUnsent();
    }

    private void releaseUnsent() {
        ByteBuf unsent = memory == null ? null : memory.unclaimed();
        if (unsent != null) {
            unsent.release();
        }
    }

    /** So many bytes of the answer's body are on their way. */
    void sends(int bytes) {
        sentBytes += bytes;
    }

    long sentBytes() {
        return sentBytes;
    }

    /** Where the handler gets the memory of its answer from. */
    Buffers buffers() {
        AnswerMemory taken = memory;
        if (taken == null) {
            taken = new AnswerMemory(exchange.answerPrefixBytes());
            memory = taken;
        }
        return taken;
    }

    /** The handler's own memory of {@code answer}, for the caller to release; null when the answer lies elsewhere. */
    @Nullable
    ByteBuf claim(ByteBuffer answer) {
        return memory == null ? null : memory.claim(answer);
    }

    /** Memory that {@code answer} may lie in, and that must not be released before it is sent. */
    List<ByteBuf> retainFor(ByteBuffer answer) {
        if (!answer.isDirect()) {
            return List.of();
        }
        ByteBuf ofBody = exchange.reception().retain();
        ByteBuf ofAnswer = memory == null ? null : memory.unclaimed();
        return Stream.of(ofBody, ofAnswer).filter(Objects::nonNull).toList();
    }
}
