package dev.slipway.server.endpoint.management;

import dev.slipway.protocol.json.JsonWriter;
import dev.slipway.server.control.Change;
import dev.slipway.server.control.Revision;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;

/** Revisions of the configuration, and what one would change, in JSON. */
final class ConfigJson {
    private ConfigJson() {}

    static ByteBuffer revision(Revision revision) {
        JsonWriter out = new JsonWriter();
        out.beginObject();
        fields(out, revision);
        return out.endObject().toByteBuffer();
    }

    /** @param yaml its configuration */
    static ByteBuffer withText(Revision revision, String yaml) {
        JsonWriter out = new JsonWriter(1024);
        out.beginObject();
        fields(out, revision);
        return out.name("yaml").string(yaml).endObject().toByteBuffer();
    }

    static ByteBuffer history(List<Revision> revisions) {
        JsonWriter out = new JsonWriter(1024);
        out.beginObject().name("revisions").beginArray();
        for (Revision revision : revisions) {
            out.beginObject();
            fields(out, revision);
            out.endObject();
        }
        return out.endArray().endObject().toByteBuffer();
    }

    static ByteBuffer change(Change change) {
        JsonWriter out = new JsonWriter(1024);
        out.beginObject()
                .name("rejected")
                .bool(change.isRejected())
                .name("steps")
                .beginArray();
        for (Change.Step step : change.steps()) {
            out.beginObject()
                    .name("what")
                    .string(step.what().name().toLowerCase(Locale.ROOT))
                    .name("model")
                    .string(step.model())
                    .name("subject")
                    .string(step.subject())
                    .name("detail")
                    .string(step.detail());
            StatusJson.error(out, step.reason());
            out.endObject();
        }
        out.endArray()
                .name("memory_bytes")
                .number(change.memoryBytes())
                .name("budget_bytes")
                .number(change.budgetBytes());
        return out.endObject().toByteBuffer();
    }

    private static void fields(JsonWriter out, Revision revision) {
        out.name("revision")
                .number(revision.number())
                .name("time")
                .string(revision.time().toString())
                .name("origin")
                .string(revision.origin());
    }
}
