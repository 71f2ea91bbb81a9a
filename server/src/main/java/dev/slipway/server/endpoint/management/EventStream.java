package dev.slipway.server.endpoint.management;

import dev.slipway.core.Timer;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * Server-sent events to one client, with a comment now and then while there are none, so that nobody in between takes the
 * connection for dead. Thread-safe.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML: server-sent events</a>
 */
final class EventStream {
    static final String CONTENT_TYPE = "text/event-stream";
    static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private final RestStream stream;
    private final Timer timer;
    private final Runnable atEnd;
    private Runnable cancelBeat = () -> {};
    private boolean ended;

    /** @param atEnd runs once, when the stream ends, for whatever reason */
    EventStream(RestReply reply, Timer timer, Runnable atEnd) {
        this.timer = timer;
        this.atEnd = atEnd;
        this.stream = reply.stream(200, CONTENT_TYPE, Map.of("Cache-Control", "no-store", "X-Accel-Buffering", "no"));
        scheduleBeat();
        stream.onClose(this::close);
    }

    /** @param json without line breaks; neither moved nor changed */
    void send(String event, ByteBuffer json) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(json.remaining() + 32);
        bytes.writeBytes("event: %s\ndata: ".formatted(event).getBytes(StandardCharsets.UTF_8));
        byte[] data = new byte[json.remaining()];
        json.get(json.position(), data);
        bytes.writeBytes(data);
        bytes.writeBytes(new byte[] {'\n', '\n'});
        stream.send(ByteBuffer.wrap(bytes.toByteArray()));
    }

    void end() {
        stream.end();
        close();
    }

    private synchronized void scheduleBeat() {
        if (!ended) {
            cancelBeat = timer.schedule(HEARTBEAT, this::beat);
        }
    }

    private void beat() {
        // A client that is behind has enough to read.
        if (stream.isWritable()) {
            stream.send(ByteBuffer.wrap(COMMENT.clone()));
        }
        scheduleBeat();
    }

    private void close() {
        Runnable cancel;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            cancel = cancelBeat;
        }
        cancel.run();
        atEnd.run();
    }
}
