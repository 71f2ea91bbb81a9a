package dev.slipway.server.endpoint.management;

import dev.slipway.api.ModelStatus;
import dev.slipway.api.ServingListener.StateChange;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.VersionStatus;
import dev.slipway.protocol.json.JsonWriter;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All that is known of models, in JSON. Versions are text, since they may have more than 53 bits. */
final class StatusJson {
    private StatusJson() {}

    static ByteBuffer list(Collection<ModelStatus> models) {
        JsonWriter out = new JsonWriter(4096);
        out.beginObject().name("models").beginArray();
        models.forEach(model -> write(out, model));
        return out.endArray().endObject().toByteBuffer();
    }

    static ByteBuffer model(ModelStatus model) {
        JsonWriter out = new JsonWriter(1024);
        write(out, model);
        return out.toByteBuffer();
    }

    static ByteBuffer version(String model, VersionStatus version) {
        JsonWriter out = new JsonWriter(1024);
        out.beginObject().name("model").string(model);
        fields(out, version);
        return out.endObject().toByteBuffer();
    }

    static ByteBuffer change(StateChange change) {
        JsonWriter out = new JsonWriter();
        out.beginObject()
                .name("model")
                .string(change.id().model())
                .name("version")
                .string(Long.toString(change.id().version()))
                .name("state")
                .string(change.state().name())
                .name("time")
                .string(change.time().toString());
        error(out, change.error());
        return out.endObject().toByteBuffer();
    }

    private static void write(JsonWriter out, ModelStatus model) {
        out.beginObject().name("name").string(model.name());
        out.name("versions").beginArray();
        for (VersionStatus version : model.versions()) {
            out.beginObject();
            fields(out, version);
            out.endObject();
        }
        out.endArray();
        shares(out, "labels", model.labels());
        shares(out, "pending_labels", model.pendingLabels());
        out.name("rolled_back").beginObject();
        model.rolledBack().forEach((label, reason) -> out.name(label).string(reason));
        out.endObject();
        SlipwayException problem = model.problem();
        if (problem != null) {
            out.name("problem").string(problem.getMessage());
        }
        out.endObject();
    }

    private static void fields(JsonWriter out, VersionStatus version) {
        out.name("version")
                .string(Long.toString(version.version()))
                .name("state")
                .string(version.state().name())
                .name("since")
                .string(version.since().toString())
                .name("format")
                .string(version.format());
        out.name("memory")
                .beginObject()
                .name("expected_bytes")
                .number(version.memory().expectedBytes())
                .name("measured_bytes")
                .number(version.memory().measuredBytes())
                .endObject();
        error(out, version.error());
        if (version.retryAt() != null) {
            out.name("retry_at").string(version.retryAt().toString());
        }
        out.name("history").beginArray();
        for (VersionStatus.Step step : version.history()) {
            out.beginObject()
                    .name("state")
                    .string(step.state().name())
                    .name("since")
                    .string(step.since().toString())
                    .name("reason")
                    .string(step.reason())
                    .endObject();
        }
        out.endArray();
    }

    /** Each label as the shares of its versions, of 1 together. */
    private static void shares(JsonWriter out, String name, Map<String, Split> labels) {
        out.name(name).beginObject();
        labels.forEach((label, split) -> {
            double sum = split.weights().values().stream()
                    .mapToLong(Integer::longValue)
                    .sum();
            out.name(label).beginObject();
            split.weights()
                    .forEach((version, weight) ->
                            out.name(Long.toString(version)).number(weight / sum));
            out.endObject();
        });
        out.endObject();
    }

    static void error(JsonWriter out, @Nullable SlipwayException error) {
        if (error != null) {
            out.name("error")
                    .beginObject()
                    .name("code")
                    .string(error.code().name())
                    .name("message")
                    .string(error.getMessage())
                    .endObject();
        }
    }
}
