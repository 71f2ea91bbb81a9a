package dev.slipway.protocol.openinference;

import dev.slipway.api.ModelDescription;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.Signature;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.json.JsonWriter;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the Open Inference Protocol says of the server and its models: metadata, health, and a list of models. */
public final class ModelJson {
    private ModelJson() {}

    /**
     * The body of {@code GET /v2}.
     *
     * @param version the server's
     * @param extensions the names of those that work
     */
    public static ByteBuffer server(String version, List<String> extensions) {
        JsonWriter out = new JsonWriter();
        out.beginObject().name("name").string("slipway").name("version").string(version);
        writeStrings(out, "extensions", extensions);
        return out.endObject().toByteBuffer();
    }

    /**
     * The body of {@code GET /v2/models/NAME[/versions/V]}. Where a model has several signatures, these are the inputs
     * and outputs of {@value Signature#DEFAULT}, or of the first.
     *
     * @param versions those that can be asked
     * @param properties what else is known of it
     */
    public static ByteBuffer model(
            String name, List<String> versions, ModelDescription description, Map<String, String> properties) {
        Signature signature = description.signatures().get(Signature.DEFAULT);
        if (signature == null) {
            signature = description.signatures().values().iterator().next();
        }
        JsonWriter out = new JsonWriter(1024);
        out.beginObject().name("name").string(name);
        writeStrings(out, "versions", versions);
        out.name("platform").string(description.platform());
        writeSpecs(out, "inputs", signature.inputs());
        writeSpecs(out, "outputs", signature.outputs());
        out.name("properties").beginObject();
        new TreeMap<>(properties).forEach((key, value) -> out.name(key).string(value));
        return out.endObject().endObject().toByteBuffer();
    }

    /** The body of {@code GET /v2/health/live}. */
    public static ByteBuffer live(boolean live) {
        return new JsonWriter()
                .beginObject()
                .name("live")
                .bool(live)
                .endObject()
                .toByteBuffer();
    }

    /** The body of {@code GET /v2/health/ready}. */
    public static ByteBuffer ready(boolean ready) {
        return new JsonWriter()
                .beginObject()
                .name("ready")
                .bool(ready)
                .endObject()
                .toByteBuffer();
    }

    /** The body of {@code GET /v2/models/NAME/ready}. */
    public static ByteBuffer modelReady(String name, boolean ready) {
        JsonWriter out = new JsonWriter();
        out.beginObject().name("name").string(name).name("ready").bool(ready);
        return out.endObject().toByteBuffer();
    }

    /** The body of {@code GET /v2/models}, which the protocol lacks: one entry a version, as in Triton's index. */
    public static ByteBuffer list(Collection<ModelStatus> models) {
        JsonWriter out = new JsonWriter(1024);
        out.beginObject().name("models");
        writeEntries(out, IndexEntry.of(models));
        return out.endObject().toByteBuffer();
    }

    /** The body of Triton's {@code POST /v2/repository/index}. */
    public static ByteBuffer index(List<IndexEntry> entries) {
        JsonWriter out = new JsonWriter(1024);
        writeEntries(out, entries);
        return out.toByteBuffer();
    }

    private static void writeEntries(JsonWriter out, List<IndexEntry> entries) {
        out.beginArray();
        for (IndexEntry entry : entries) {
            out.beginObject().name("name").string(entry.name());
            if (!entry.version().isEmpty()) {
                out.name("version").string(entry.version());
            }
            out.name("state").string(entry.state());
            out.name("reason").string(entry.reason()).endObject();
        }
        out.endArray();
    }

    private static void writeStrings(JsonWriter out, String name, List<String> values) {
        out.name(name).beginArray();
        values.forEach(out::string);
        out.endArray();
    }

    private static void writeSpecs(JsonWriter out, String name, List<TensorSpec> specs) {
        out.name(name).beginArray();
        for (TensorSpec spec : specs) {
            out.beginObject().name("name").string(spec.name());
            out.name("datatype").string(Datatypes.name(spec.dtype()));
            out.name("shape").beginArray();
            if (spec.shape().isAnyRank()) {
                out.number(-1L);
            }
            for (long dim : spec.shape().dims()) {
                out.number(dim);
            }
            out.endArray().endObject();
        }
        out.endArray();
    }
}
