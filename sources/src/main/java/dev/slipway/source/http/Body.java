package dev.slipway.source.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Hands an answer's bytes to one reading thread, which notices when none come. Asks for the next when one is taken. */
final class Body implements Flow.Subscriber<List<ByteBuffer>>, AutoCloseable {
    /** What comes: bytes, the end, or a failure. */
    private record Event(
            List<ByteBuffer> bytes, boolean isEnd, @Nullable Throwable failure) {}

    /** One that was asked for, and an end. */
    private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(4);

    private final Duration stallTimeout;
    private volatile Flow.@Nullable Subscription subscription;

    Body(Duration stallTimeout) {
        this.stallTimeout = stallTimeout;
    }

    /**
     * The next bytes; empty at the end.
     *
     * @throws IOException when the connection broke, or no byte came for too long
     */
    List<ByteBuffer> next() throws IOException, InterruptedException {
        Event event = events.poll(stallTimeout.toMillis(), TimeUnit.MILLISECONDS);
        if (event == null) {
            throw new IOException("no byte came for %d ms".formatted(stallTimeout.toMillis()));
        }
        if (event.failure() != null) {
            throw new IOException(String.valueOf(event.failure().getMessage()), event.failure());
        }
        Flow.Subscription current = subscription;
        if (!event.isEnd() && current != null) {
            current.request(1);
        }
        return event.bytes();
    }

    @Override
    public void onSubscribe(Flow.Subscription begun) {
        subscription = begun;
        begun.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
        events.add(new Event(bytes, false, null));
    }

    @Override
    public void onError(Throwable failure) {
        events.offer(new Event(List.of(), true, failure));
    }

    @Override
    public void onComplete() {
        events.offer(new Event(List.of(), true, null));
    }

    /** Lets go of the connection, if the answer has not ended. */
    @Override
    public void close() {
        Flow.Subscription current = subscription;
        if (current != null) {
            current.cancel();
        }
    }
}
