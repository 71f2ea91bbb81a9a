package dev.slipway.server.endpoint.torchserve;

import dev.slipway.api.ModelStatus;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import dev.slipway.core.batching.BatchingParameters;
import dev.slipway.protocol.json.JsonWriter;
import dev.slipway.server.config.ModelConfig;
import dev.slipway.server.config.Secrets;
import dev.slipway.server.config.ServingConfig;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** What TorchServe's management routes say of models. */
final class TorchModelJson {
    private static final int PAGE_MAX = 100;

    private TorchModelJson() {}

    /**
     * A page of the list.
     *
     * @param names of all models
     * @param limit how many at most, 1 to 100; 100 for any other number
     * @param from how many come before
     */
    static ByteBuffer list(List<String> names, ServingConfig config, int limit, int from) {
        int first = Math.min(from, names.size());
        int last = Math.min(first + (limit < 1 || limit > PAGE_MAX ? PAGE_MAX : limit), names.size());
        JsonWriter out = new JsonWriter(1024).beginObject();
        if (last < names.size()) {
            out.name("nextPageToken").string(Integer.toString(last));
        }
        out.name("models").beginArray();
        for (String name : names.subList(first, last)) {
            out.beginObject()
                    .name("modelName")
                    .string(name)
                    .name("modelUrl")
                    .string(url(name, config))
                    .endObject();
        }
        return out.endArray().endObject().toByteBuffer();
    }

    /**
     * Descriptions, one a version.
     *
     * @param versions of {@code model}; where there are none, one description without a version
     */
    static ByteBuffer describe(ModelStatus model, List<VersionStatus> versions, ServingConfig config) {
        JsonWriter out = new JsonWriter(1024).beginArray();
        for (VersionStatus version : versions) {
            begin(out, model, config).name("modelVersion").string(Long.toString(version.version()));
            out.name("engine").string(version.format());
            out.name("status").string(version.state().toString());
            SlipwayException error = version.error();
            if (error != null) {
                out.name("error").string(error.getMessage());
            }
            workers(out, model.name(), version);
            out.endObject();
        }
        if (versions.isEmpty()) {
            begin(out, model, config);
            SlipwayException problem = model.problem();
            if (problem != null) {
                out.name("error").string(problem.getMessage());
            }
            out.name("workers").beginArray().endArray().endObject();
        }
        return out.endArray().toByteBuffer();
    }

    private static JsonWriter begin(JsonWriter out, ModelStatus model, ServingConfig config) {
        ModelConfig entry = config.of(model.name());
        BatchingParameters batching = Scale.orLearnt(entry.batching());
        int workers = entry.lifecycle().isUnloaded() ? 0 : 1;
        return out.beginObject()
                .name("modelName")
                .string(model.name())
                .name("modelUrl")
                .string(url(model.name(), config))
                .name("minWorkers")
                .number((long) workers)
                .name("maxWorkers")
                .number((long) Math.max(workers, batching.runsAtOnceMax()))
                .name("batchSize")
                .number((long) batching.joining().rowsMax())
                .name("maxBatchDelay")
                .number(batching.joining().waitMax().toMillis());
    }

    /** A version that is served counts as one worker. */
    private static void workers(JsonWriter out, String model, VersionStatus version) {
        out.name("workers").beginArray();
        if (version.state() == VersionState.AVAILABLE || version.state() == VersionState.UNLOADING) {
            out.beginObject()
                    .name("id")
                    .string("%s:%d".formatted(model, version.version()))
                    .name("startTime")
                    .string(version.since().toString())
                    .name("status")
                    .string(version.state() == VersionState.AVAILABLE ? "READY" : "UNLOADING")
                    .name("gpu")
                    .bool(false)
                    .name("memoryUsage")
                    .number(version.sizeBytes())
                    .endObject();
        }
        out.endArray();
    }

    /** Where it lies, as far as anybody may know: no passwords, no folders of this machine. */
    private static String url(String model, ServingConfig config) {
        String location = config.of(model).location();
        if (location.isEmpty()) {
            return model;
        }
        return location.contains("://")
                ? Secrets.shown(location)
                : String.valueOf(Path.of(location).getFileName());
    }
}
