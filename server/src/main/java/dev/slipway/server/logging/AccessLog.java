package dev.slipway.server.logging;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.config.LoggingConfig;
import dev.slipway.server.transport.EndedRequest;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a line for each request that ended, on a thread of its own. Whoever ends a request leaves it in a queue and goes on; when that is
 * full, the line is dropped and counted. The writer looks into the queue every {@value #LOOK_MILLIS} ms, so that nobody has to wake it.
 */
public final class AccessLog implements Consumer<EndedRequest>, AutoCloseable {
    /** Of one file. */
    public static final long FILE_BYTES = 100 << 20;

    public static final int FILES = 5;

    private static final System.Logger LOG = System.getLogger(AccessLog.class.getName());
    private static final int WAITING_MAX = 16_384;
    private static final long LOOK_MILLIS = 20;
    private static final long CLOSE_MILLIS = 5_000;

    private final BlockingQueue<Ended> waiting;
    private final LongAdder dropped = new LongAdder();
    private final Set<String> skipped;
    private final AccessForm form;
    private final OutputStream to;
    private final Thread writer;
    private boolean isBroken;
    private volatile boolean closing;

    private record Ended(EndedRequest request, long millis) {}

    AccessLog(OutputStream to, AccessForm form, Set<String> skipped, int waitingMax) {
        this.to = to;
        this.form = form;
        this.skipped = Set.copyOf(skipped);
        this.waiting = new ArrayBlockingQueue<>(waitingMax);
        this.writer = new Thread(this::write, "slipway-access-log");
        this.writer.setDaemon(true);
        this.writer.start();
    }

    /**
     * As {@code said}; null where nothing is to be written.
     *
     * @throws SlipwayException {@code FAILED_PRECONDITION} when its file can't be written
     */
    public static @Nullable AccessLog of(LoggingConfig said) {
        LoggingConfig.Access access = said.access();
        String place = access.to();
        if (place == null || !access.isOn()) {
            return null;
        }
        // Not System.out, which keeps it to itself when it can't be written.
        OutputStream to = place.equals(LoggingConfig.Access.ON)
                ? new UnclosedStream(new FileOutputStream(FileDescriptor.out))
                : file(place, access);
        AccessForm form = said.isAccessJson() ? new JsonAccessForm() : new TextAccessForm();
        return new AccessLog(to, form, Set.copyOf(Objects.requireNonNullElse(access.skip(), List.of())), WAITING_MAX);
    }

    private static RollingFile file(String place, LoggingConfig.Access access) {
        RollingFile file = new RollingFile(
                Path.of(place),
                Objects.requireNonNullElse(access.fileBytes(), FILE_BYTES),
                Objects.requireNonNullElse(access.files(), FILES));
        try {
            file.open();
            return file;
        } catch (IOException e) {
            throw new SlipwayException(
                    ErrorCode.FAILED_PRECONDITION,
                    "access log '%s' can't be written: %s (expected: a file, in a folder that may be written to)"
                            .formatted(place, e),
                    e);
        }
    }

    @Override
    public void accept(EndedRequest request) {
        if (!skipped.isEmpty() && skipped.contains(request.asked().path())) {
            return;
        }
        if (!waiting.offer(new Ended(request, System.currentTimeMillis()))) {
            dropped.increment();
        }
    }

    /** Lines that were not written, as there were too many at once or they could not be. */
    public long dropped() {
        return dropped.sum();
    }

    private void write() {
        try {
            writeUntilClosed();
        } finally {
            try {
                to.close();
            } catch (IOException e) {
                LOG.log(Level.ERROR, "the end of the access log can't be written", e);
            }
        }
    }

    private void writeUntilClosed() {
        List<Ended> batch = new ArrayList<>();
        List<byte[]> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(512);
        while (true) {
            boolean isLast = closing;
            while (waiting.drainTo(batch, 256) > 0) {
                batch.forEach(ended -> form(ended, line, lines));
                write(lines);
                batch.clear();
                lines.clear();
            }
            if (isLast) {
                return;
            }
            LockSupport.parkNanos(LOOK_MILLIS * 1_000_000);
        }
    }

    private void form(Ended ended, StringBuilder line, List<byte[]> lines) {
        try {
            line.setLength(0);
            form.write(line, ended.request(), ended.millis());
            lines.add(line.toString().getBytes(StandardCharsets.UTF_8));
        } catch (RuntimeException | Error e) {
            lost(1, e);
        }
    }

    private void write(List<byte[]> lines) {
        try {
            for (byte[] line : lines) {
                to.write(line);
            }
            to.flush();
            isBroken = false;
        } catch (IOException | RuntimeException | Error e) {
            lost(lines.size(), e);
        }
    }

    /** Whatever it was, memory even: requests go on, and there will be lines of them. */
    private void lost(int lines, Throwable failure) {
        dropped.add(lines);
        if (!isBroken) {
            isBroken = true;
            LOG.log(Level.ERROR, "the access log can't be written, and lines are lost until it can", failure);
        }
    }

    /** Writes what waits, and ends. What takes too long goes on, until the process ends. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(writer);
        try {
            writer.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (writer.isAlive()) {
            LOG.log(Level.WARNING, "the access log has not ended in time; lines may be lost");
        }
    }
}
