package dev.slipway.monitoring.log;

import dev.slipway.protocol.json.JsonWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Events as JSON, their data within them.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md">CloudEvents: JSON</a>
 */
public final class EventJson {
    private EventJson() {}

    /** One event, in one line without an end. */
    public static ByteBuffer write(CloudEvent event) {
        JsonWriter out = new JsonWriter(512 + event.data().length);
        write(event, out);
        return out.toByteBuffer();
    }

    /** An array of events. */
    public static ByteBuffer write(List<CloudEvent> events) {
        JsonWriter out = new JsonWriter(512 * events.size());
        out.beginArray();
        events.forEach(event -> write(event, out));
        out.endArray();
        return out.toByteBuffer();
    }

    private static void write(CloudEvent event, JsonWriter out) {
        out.beginObject();
        event.attributes().forEach((name, value) -> out.name(name).string(value));
        out.name("datacontenttype").string(CloudEvent.DATA_TYPE);
        out.name("data").literal(new String(event.data(), StandardCharsets.ISO_8859_1));
        out.endObject();
    }
}
