package dev.slipway.server.logging;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A stream that is another's, too, and stays open. It gets what was written with each flush; what it can't take is lost, and not tried
 * again with what comes next.
 */
final class UnclosedStream extends OutputStream {
    private final OutputStream to;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();

    UnclosedStream(OutputStream to) {
        this.to = to;
    }

    @Override
    public void write(int b) {
        waiting.write(b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        waiting.write(bytes, from, length);
    }

    @Override
    public void flush() throws IOException {
        try {
            waiting.writeTo(to);
            to.flush();
        } finally {
            waiting.reset();
        }
    }

    @Override
    public void close() throws IOException {
        flush();
    }
}
