package dev.slipway.server.hostile;

import dev.slipway.server.Await;
import dev.slipway.server.transport.RawClient;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Who means well: asks again and again, on one connection, and on one after the other. */
final class Neighbour implements AutoCloseable {
    private static final String ASKED = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello";
    private static final int ANSWERS = 20;

    private final int port;
    private final AtomicInteger kept = new AtomicInteger();
    private final AtomicInteger coming = new AtomicInteger();
    private final Collection<String> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads;
    private volatile boolean isOver;

    Neighbour(int port) {
        this.port = port;
        threads = Stream.<Runnable>of(this::keep, this::come).map(Thread::new).toList();
        threads.forEach(Thread::start);
    }

    /** What the server closes between two requests, for they come slowly on a busy machine, is opened once more. */
    private void keep() {
        while (!isOver && failures.isEmpty()) {
            int before = kept.get();
            try (RawClient client = new RawClient(port)) {
                while (!isOver) {
                    ask(client);
                    kept.incrementAndGet();
                }
            } catch (IOException e) {
                if (kept.get() == before) {
                    failures.add("who stays: " + e);
                }
            }
        }
    }

    private void come() {
        while (!isOver && failures.isEmpty()) {
            try (RawClient client = new RawClient(port)) {
                ask(client);
                coming.incrementAndGet();
            } catch (IOException e) {
                failures.add("who comes: " + e);
            }
        }
    }

    /** The socket gives up after ten seconds. */
    private static void ask(RawClient client) throws IOException {
        String answer = client.send(ASKED).readTo("hello");
        if (!answer.startsWith("HTTP/1.1 200 ")) {
            throw new IOException(answer);
        }
    }

    /** Returns once both were answered some times more. */
    void awaitAnswers() {
        int keptThen = kept.get() + ANSWERS;
        int comingThen = coming.get() + ANSWERS;
        Await.until(
                () -> !failures.isEmpty() || (kept.get() >= keptThen && coming.get() >= comingThen),
                "others are answered");
    }

    Collection<String> failures() {
        return failures;
    }

    @Override
    public void close() throws InterruptedException {
        isOver = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
