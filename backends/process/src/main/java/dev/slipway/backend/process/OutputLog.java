package dev.slipway.backend.process;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Carries what a worker prints into the server's log, line by line: long lines are cut, and of a flood only so many lines a
 * second are kept. The last lines are remembered, for whoever asks why it ended.
 */
final class OutputLog implements Runnable {
    static final int LINE_BYTES_MAX = 1000;
    static final int LINES_A_SECOND = 50;

    private static final System.Logger LOG = System.getLogger("dev.slipway.worker");
    private static final int LAST_LINES = 6;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String worker;
    private final InputStream in;
    private final LongSupplier nanos;
    private final CountDownLatch ended = new CountDownLatch(1);

    /** Guarded by itself. */
    private final Deque<String> last = new ArrayDeque<>();

    // Of the reading thread alone.
    private final byte[] line = new byte[LINE_BYTES_MAX];
    private int length;
    private boolean isCut;
    private long secondBegan;
    private int linesInSecond;
    private long dropped;

    /** @param worker as the log calls it */
    OutputLog(String worker, InputStream in, LongSupplier nanos) {
        this.worker = worker;
        this.in = in;
        this.nanos = nanos;
        this.secondBegan = nanos.getAsLong();
    }

    @Override
    public void run() {
        byte[] bytes = new byte[8192];
        try (in) {
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                for (int i = 0; i < count; i++) {
                    take(bytes[i]);
                }
            }
        } catch (IOException e) {
            // The process has ended, and somebody closed what was left.
            LOG.log(Level.DEBUG, "{0}: {1}", worker, e.toString());
        } finally {
            if (length > 0) {
                end();
            }
            tellDropped();
            ended.countDown();
        }
    }

    private void take(byte next) {
        if (next == '\n') {
            end();
        } else if (length < line.length) {
            line[length++] = next;
        } else {
            isCut = true;
        }
    }

    private void end() {
        String text = printable(new String(line, 0, length, StandardCharsets.UTF_8)) + (isCut ? "..." : "");
        length = 0;
        isCut = false;
        if (text.isBlank()) {
            return;
        }
        synchronized (last) {
            last.addLast(text);
            if (last.size() > LAST_LINES) {
                last.removeFirst();
            }
        }
        long now = nanos.getAsLong();
        if (now - secondBegan >= SECOND_NANOS) {
            tellDropped();
            secondBegan = now;
            linesInSecond = 0;
        }
        if (linesInSecond++ < LINES_A_SECOND) {
            LOG.log(Level.INFO, "{0}: {1}", worker, text);
        } else {
            dropped++;
        }
    }

    private void tellDropped() {
        if (dropped > 0) {
            LOG.log(
                    Level.INFO,
                    "{0}: {1} more lines within a second were dropped (kept: {2} a second)",
                    worker,
                    String.valueOf(dropped),
                    LINES_A_SECOND);
            dropped = 0;
        }
    }

    /** Without what would move a terminal's cursor, or look like another line of the log. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", " ").stripTrailing();
    }

    /** What it printed last, oldest first; waits a moment for what is under way, when it has ended. */
    List<String> lastLines(long waitMillis) throws InterruptedException {
        boolean unused = ended.await(waitMillis, TimeUnit.MILLISECONDS);
        synchronized (last) {
            return List.copyOf(last);
        }
    }
}
