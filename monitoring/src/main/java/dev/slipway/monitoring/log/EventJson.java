package dev.slipway.monitoring.log;

import dev.slipway.protocol.json.JsonWriter;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Events as JSON, their data within them.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md">CloudEvents: JSON</a>
 */
public final class EventJson {
    /** Bytes that are likely enough for an event's attributes. */
    private static final int ATTRIBUTES = 1024;

    private EventJson() {}

    /** One event, in one line without an end. */
    public static ByteBuffer write(CloudEvent event) {
        JsonWriter out = new JsonWriter(ATTRIBUTES + event.data().length);
        write(event, out);
        return out.toByteBuffer();
    }

    /** An array of events. */
    public static ByteBuffer write(List<CloudEvent> events) {
        long bytes = 0;
        for (CloudEvent event : events) {
            bytes += ATTRIBUTES + event.data().length;
        }
        JsonWriter out = new JsonWriter((int) Math.min(bytes, 1 << 24));
        out.beginArray();
        events.forEach(event -> write(event, out));
        out.endArray();
        return out.toByteBuffer();
    }

    private static void write(CloudEvent event, JsonWriter out) {
        out.beginObject();
        event.attributes().forEach((name, value) -> out.name(name).string(value));
        out.name("datacontenttype").string(CloudEvent.DATA_TYPE);
        out.name("data").value(event.data());
        out.endObject();
    }
}
