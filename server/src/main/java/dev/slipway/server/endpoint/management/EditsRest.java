package dev.slipway.server.endpoint.management;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.protocol.json.JsonReader;
import dev.slipway.server.config.ModelConfig;
import dev.slipway.server.config.ServingConfig;
import dev.slipway.server.control.Revision;
import dev.slipway.server.endpoint.RestPath;
import dev.slipway.server.management.ConfigEdits;
import dev.slipway.server.management.ConfigText;
import dev.slipway.server.management.Management;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Says of single models and labels what is wished of them; each edit is a revision of the configuration. */
final class EditsRest {
    private static final Set<String> LABEL_KEYS = Set.of("version", "weights");

    private final Management management;
    private final ConfigText texts;

    EditsRest(Management management, ConfigText texts) {
        this.management = management;
        this.texts = texts;
    }

    List<Route> routes() {
        return List.of(
                new Route("PUT", "/models/{name}", this::putModel),
                new Route("DELETE", "/models/{name}", this::deleteModel),
                new Route("PUT", "/models/{name}/labels/{label}", this::putLabel),
                new Route("DELETE", "/models/{name}/labels/{label}", this::deleteLabel));
    }

    private void putModel(Call call) {
        String name = call.variable("name");
        revised(
                call,
                management.edit(
                        call.expectedRevision(),
                        config -> ConfigEdits.put(
                                        name,
                                        ConfigEdits.signedAsBefore(
                                                name, config.of(name), entry(config, name, call.text())))
                                .apply(config),
                        origin("model %s is put".formatted(name))));
    }

    /** What a body says of one model, read as the only one of the configuration: all rules are those of the file. */
    private ModelConfig entry(ServingConfig current, String name, String text) {
        String others = texts.yaml(current.withModels(Map.of()));
        ServingConfig config = texts.parse("the body", ModelEntry.asConfig(name, text, others));
        ModelConfig entry = config.models().get(name);
        if (entry == null) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "the body is no entry of one model (expected: what stands below its name in slipway.yaml, such as path: /models/%s)"
                            .formatted(name));
        }
        return entry;
    }

    private void deleteModel(Call call) {
        String name = call.variable("name");
        revised(
                call,
                management.edit(
                        call.expectedRevision(),
                        ConfigEdits.delete(name),
                        origin("model %s is deleted".formatted(name))));
    }

    private void putLabel(Call call) {
        Split split = split(call);
        String name = call.variable("name");
        String label = call.variable("label");
        revised(
                call,
                management.editModel(
                        name,
                        ConfigEdits.label(name, label, split),
                        origin("label %s of %s to %s".formatted(label, name, split))));
    }

    private void deleteLabel(Call call) {
        String name = call.variable("name");
        String label = call.variable("label");
        revised(
                call,
                management.editModel(
                        name,
                        ConfigEdits.withoutLabel(name, label),
                        origin("label %s of %s is deleted".formatted(label, name))));
    }

    /** What was changed, and by which way, for who reads the history. */
    private static String origin(String what) {
        return "%s, %s".formatted(what, LifecycleRest.ORIGIN);
    }

    private static Split split(Call call) {
        SplitBody body = new SplitBody();
        Fields.readBody(call.request().body(), LABEL_KEYS, body);
        return body.split();
    }

    /** {@code {"version": 8}} or {@code {"weights": {"7": 95, "8": 5}}}. */
    private static final class SplitBody implements Fields.Value {
        private @Nullable Split version;
        private @Nullable Map<Long, Integer> weights;

        @Override
        public void read(String key, JsonReader in) {
            if (key.equals("version")) {
                version = Split.of(Fields.number(in));
                return;
            }
            Map<Long, Integer> read = new TreeMap<>();
            in.beginObject();
            while (in.nextName()) {
                long number = RestPath.version(in.name()).version();
                long weight = in.wholeNumber();
                if (read.put(number, (int) Math.max(-1, Math.min(weight, Integer.MAX_VALUE))) != null) {
                    throw invalid("weights: version %d is there twice (expected: once)".formatted(number));
                }
            }
            weights = read;
        }

        Split split() {
            if (version != null && weights == null) {
                return version;
            }
            if (version == null && weights != null) {
                try {
                    return new Split(weights);
                } catch (IllegalArgumentException e) {
                    throw invalid(String.valueOf(e.getMessage()));
                }
            }
            throw invalid("the body has %s (expected: \"version\": 8, or \"weights\": {\"7\": 95, \"8\": 5})"
                    .formatted(version == null ? "neither version nor weights" : "both version and weights"));
        }

        private static SlipwayException invalid(String message) {
            return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
        }
    }

    private static void revised(Call call, CompletableFuture<Revision> edit) {
        call.answer(edit, revision -> call.json(200, ConfigRest.tag(revision), ConfigJson.revision(revision)));
    }
}
