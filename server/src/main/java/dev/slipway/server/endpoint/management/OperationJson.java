package dev.slipway.server.endpoint.management;

import dev.slipway.protocol.json.JsonWriter;
import dev.slipway.server.management.Operation;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;

/** Operations in JSON. */
final class OperationJson {
    private OperationJson() {}

    static ByteBuffer one(Operation operation) {
        JsonWriter out = new JsonWriter(512);
        write(out, operation);
        return out.toByteBuffer();
    }

    static ByteBuffer list(List<Operation> operations) {
        JsonWriter out = new JsonWriter(1024);
        out.beginObject().name("operations").beginArray();
        operations.forEach(operation -> write(out, operation));
        return out.endArray().endObject().toByteBuffer();
    }

    /** Where an operation is to be asked for. */
    static String path(Operation operation) {
        return Routes.BASE + "/operations/" + operation.id();
    }

    private static void write(JsonWriter out, Operation operation) {
        out.beginObject()
                .name("id")
                .string(operation.id())
                .name("kind")
                .string(operation.kind().name().toLowerCase(Locale.ROOT))
                .name("model")
                .string(operation.model());
        operation.version().ifPresent(version -> out.name("version").string(Long.toString(version)));
        out.name("state")
                .string(operation.state().name().toLowerCase(Locale.ROOT))
                .name("progress")
                .string(operation.progress());
        StatusJson.error(out, operation.error());
        out.name("started").string(operation.started().toString());
        if (operation.ended() != null) {
            out.name("ended").string(operation.ended().toString());
        }
        out.name("links")
                .beginObject()
                .name("self")
                .string(path(operation))
                .name("events")
                .string(path(operation) + "/events")
                .endObject()
                .endObject();
    }
}
