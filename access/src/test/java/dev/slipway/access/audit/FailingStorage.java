package dev.slipway.access.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** A disk that can be full, stand still, or keep what is to be removed. */
final class FailingStorage implements AuditStorage {
    private final AuditStorage disk = new QuickStorage();
    private final AtomicLong free = new AtomicLong(Long.MAX_VALUE);
    private volatile CountDownLatch stopped = new CountDownLatch(0);
    private volatile CountDownLatch arrived = new CountDownLatch(0);
    private volatile boolean isForceFailing;
    private volatile boolean isDeleteFailing;

    void leave(long bytes) {
        free.set(bytes);
    }

    void failForce(boolean fails) {
        isForceFailing = fails;
    }

    void failDelete(boolean fails) {
        isDeleteFailing = fails;
    }

    /** From now on whoever writes waits. */
    void stop() {
        arrived = new CountDownLatch(1);
        stopped = new CountDownLatch(1);
    }

    void awaitWriter() throws InterruptedException {
        arrived.await();
    }

    void goOn() {
        stopped.countDown();
    }

    @Override
    public Appender append(Path file) throws IOException {
        Appender to = disk.append(file);
        return new Appender() {
            @Override
            public void write(ByteBuffer bytes) throws IOException {
                pass();
                int fits = (int) Math.min(bytes.remaining(), free.get());
                boolean isFull = fits < bytes.remaining();
                free.addAndGet(-fits);
                to.write(bytes.slice(bytes.position(), fits));
                if (isFull) {
                    throw new IOException("No space left on device");
                }
            }

            @Override
            public void force() throws IOException {
                if (isForceFailing) {
                    throw new IOException("Input/output error");
                }
                to.force();
            }

            @Override
            public void close() throws IOException {
                to.close();
            }
        };
    }

    @Override
    public void replace(Path file, byte[] content) throws IOException {
        disk.replace(file, content);
    }

    @Override
    public void delete(Path file) throws IOException {
        if (isDeleteFailing) {
            throw new IOException(file.getFileName() + ": Operation not permitted");
        }
        disk.delete(file);
    }

    private void pass() throws IOException {
        try {
            arrived.countDown();
            stopped.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
