package dev.slipway.server.tracing;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ended spans on their way out: a bounded queue, and one thread that sends them in batches. Nobody waits for it; what there is
 * no room for is dropped and counted, which the library's own one tells only its own metrics. Thread-safe.
 */
final class SpanQueue implements SpanProcessor {
    private static final System.Logger LOG = System.getLogger(SpanQueue.class.getName());
    private static final long LOG_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Between two looks at what waits. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final SpanExporter exporter;
    private final TracingSettings.Collector collector;
    private final TracingSettings.Queue settings;
    private final BlockingQueue<ReadableSpan> waiting;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final Thread sender = new Thread(this::run, "slipway-traces");
    private volatile boolean isClosing;

    /** Of the sender alone. */
    private long loggedNanos = System.nanoTime() - LOG_INTERVAL_NANOS;

    private boolean isFailing;

    /** @param exporter sends to the collector of {@code settings} */
    SpanQueue(SpanExporter exporter, TracingSettings settings) {
        this.exporter = exporter;
        this.collector = settings.collector();
        this.settings = settings.queue();
        this.waiting = new ArrayBlockingQueue<>(settings.queue().spansMax());
        sender.setDaemon(true);
    }

    void start() {
        sender.start();
    }

    @Override
    public void onStart(Context parentContext, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
        return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
        if (isClosing || !waiting.offer(span)) {
            dropped.incrementAndGet();
        }
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }

    Tracing.Counts counts() {
        return new Tracing.Counts(sent.get(), dropped.get(), failures.get(), 0);
    }

    private void run() {
        List<ReadableSpan> batch = new ArrayList<>(settings.batchMax());
        try {
            while (!(isClosing && waiting.isEmpty())) {
                gather(batch);
                if (!batch.isEmpty()) {
                    send(batch);
                    batch.clear();
                }
            }
        } catch (InterruptedException e) {
            // The time to stop is over.
            dropped.addAndGet(batch.size() + waiting.size());
        }
    }

    /** Waits until a batch is full, its time has come, or all is to end. Looks for itself: waking it would cost requests more. */
    private void gather(List<ReadableSpan> batch) throws InterruptedException {
        long end = System.nanoTime() + settings.interval().toNanos();
        while (true) {
            waiting.drainTo(batch, settings.batchMax() - batch.size());
            long left = end - System.nanoTime();
            if (batch.size() >= settings.batchMax() || isClosing || left <= 0) {
                return;
            }
            LockSupport.parkNanos(this, Math.min(left, LOOK_NANOS));
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private void send(List<ReadableSpan> batch) throws InterruptedException {
        CompletableResultCode result;
        try {
            List<SpanData> spans = new ArrayList<>(batch.size());
            batch.forEach(span -> spans.add(span.toSpanData()));
            result = exporter.export(spans);
        } catch (RuntimeException | Error e) {
            // Those that come later may be sent: memory is short for a while only.
            failed(batch.size(), e.toString());
            return;
        }
        result.join(2 * collector.timeout().toNanos(), TimeUnit.NANOSECONDS);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (result.isSuccess()) {
            sent.addAndGet(batch.size());
            if (isFailing) {
                isFailing = false;
                LOG.log(Level.INFO, "traces are sent to {0} again", collector);
            }
        } else {
            failed(batch.size(), reason(result.getFailureThrowable()));
        }
    }

    /** Of the library's own exceptions only the causes say something. */
    private static String reason(@Nullable Throwable failure) {
        Throwable cause = failure == null ? null : failure.getCause();
        if (cause == null) {
            return failure == null ? "no answer in time" : "they are refused";
        }
        while (cause.getCause() != null && !(cause instanceof IOException)) {
            cause = cause.getCause();
        }
        return cause.toString();
    }

    private void failed(int spans, String reason) {
        dropped.addAndGet(spans);
        failures.incrementAndGet();
        isFailing = true;
        long now = System.nanoTime();
        if (now - loggedNanos >= LOG_INTERVAL_NANOS) {
            loggedNanos = now;
            LOG.log(
                    Level.WARNING,
                    "traces can''t be sent to {0}: {1} ({2} spans dropped so far)",
                    collector,
                    reason,
                    Long.toString(dropped.get()));
        }
    }

    /** Sends what waits, and ends; what is left when {@code patience} is over is dropped. */
    void close(Duration patience) {
        isClosing = true;
        LockSupport.unpark(sender);
        try {
            sender.join(Math.max(1, patience.toMillis()));
            if (sender.isAlive()) {
                sender.interrupt();
                sender.join(TimeUnit.SECONDS.toMillis(1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exporter.shutdown();
    }
}
