package dev.slipway.protocol.tfserving;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.TensorSpec;
import dev.slipway.api.VersionChoice;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import dev.slipway.protocol.json.JsonWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What TensorFlow Serving's REST interface says of models: their status and metadata, and a list of them. */
public final class ModelJson {
    private ModelJson() {}

    /**
     * The body of {@code GET /v1/models/NAME[/versions/N|/labels/L]}.
     *
     * @param choice all versions, newest first, for {@link VersionChoice#LATEST}; otherwise that one
     * @throws SlipwayException {@code NOT_FOUND} when there is no such version or label
     */
    public static ByteBuffer status(ModelStatus model, VersionChoice choice) {
        JsonWriter out = new JsonWriter();
        out.beginObject().name("model_version_status").beginArray();
        for (VersionStatus version : chosen(model, choice)) {
            out.beginObject()
                    .name("version")
                    .string(String.valueOf(version.version()))
                    .name("state")
                    .string(state(version.state()))
                    .name("status")
                    .beginObject();
            writeError(out, version);
            out.endObject().endObject();
        }
        return out.endArray().endObject().toByteBuffer();
    }

    /** The body of {@code GET /v1/models/NAME[/versions/N|/labels/L]/metadata}. */
    public static ByteBuffer metadata(String model, long version, ModelDescription description) {
        JsonWriter out = new JsonWriter(1024);
        out.beginObject()
                .name("model_spec")
                .beginObject()
                .name("name")
                .string(model)
                .name("signature_name")
                .string("")
                .name("version")
                .string(String.valueOf(version))
                .endObject();
        out.name("metadata")
                .beginObject()
                .name("signature_def")
                .beginObject()
                .name("signature_def")
                .beginObject();
        description.signatures().forEach((name, signature) -> {
            out.name(name).beginObject();
            writeSpecs(out, "inputs", signature.inputs());
            writeSpecs(out, "outputs", signature.outputs());
            out.name("method_name")
                    .string(SignatureMethod.of(description, name))
                    .endObject();
        });
        return out.endObject().endObject().endObject().endObject().toByteBuffer();
    }

    /** The body of {@code GET /v1/models}, which TensorFlow Serving lacks: every model with all that is known. */
    public static ByteBuffer list(Collection<ModelStatus> models) {
        JsonWriter out = new JsonWriter(1024);
        out.beginObject().name("models").beginArray();
        for (ModelStatus model : models) {
            out.beginObject().name("name").string(model.name());
            out.name("versions").beginArray();
            for (VersionStatus version : newestFirst(model)) {
                writeVersion(out, version);
            }
            out.endArray();
            writeLabels(out, "labels", model.labels());
            writeLabels(out, "pending_labels", model.pendingLabels());
            if (!model.rolledBack().isEmpty()) {
                out.name("rolled_back").beginObject();
                model.rolledBack().forEach((label, reason) -> out.name(label).string(reason));
                out.endObject();
            }
            SlipwayException problem = model.problem();
            if (problem != null) {
                out.name("problem").string(problem.getMessage());
            }
            out.endObject();
        }
        return out.endArray().endObject().toByteBuffer();
    }

    /** TensorFlow Serving's name of a state. What failed has ended there, with an error. */
    public static String state(VersionState state) {
        return switch (state) {
            case NEW, DORMANT -> "START";
            case LOADING, WARMING -> "LOADING";
            case AVAILABLE -> "AVAILABLE";
            case UNLOADING -> "UNLOADING";
            case ENDED, QUARANTINED -> "END";
        };
    }

    /**
     * The versions that a request for a model's status asks for, newest first.
     *
     * @throws SlipwayException {@code NOT_FOUND} when there is no such version or label
     */
    public static List<VersionStatus> chosen(ModelStatus model, VersionChoice choice) {
        if (choice instanceof VersionChoice.Exact number) {
            return List.of(version(model, number.version()));
        }
        if (choice instanceof VersionChoice.Label label) {
            Split split = model.labels().get(label.label());
            if (split == null) {
                throw notFound(
                        model,
                        "label '%s'".formatted(label.label()),
                        model.labels().keySet().stream().sorted().collect(Collectors.joining(", ")));
            }
            return split.weights().descendingKeySet().stream()
                    .map(version -> version(model, version))
                    .toList();
        }
        return newestFirst(model);
    }

    private static VersionStatus version(ModelStatus model, long number) {
        return model.versions().stream()
                .filter(version -> version.version() == number)
                .findFirst()
                .orElseThrow(() -> notFound(
                        model,
                        "version " + number,
                        model.versions().stream()
                                .map(version -> String.valueOf(version.version()))
                                .collect(Collectors.joining(", "))));
    }

    private static SlipwayException notFound(ModelStatus model, String what, String available) {
        return new SlipwayException(
                ErrorCode.NOT_FOUND,
                "model '%s' has no %s (available: %s)"
                        .formatted(model.name(), what, available.isEmpty() ? "none" : available));
    }

    private static List<VersionStatus> newestFirst(ModelStatus model) {
        List<VersionStatus> versions = new ArrayList<>(model.versions());
        Collections.reverse(versions);
        return versions;
    }

    private static void writeVersion(JsonWriter out, VersionStatus version) {
        out.beginObject().name("version").string(String.valueOf(version.version()));
        out.name("state").string(version.state().name());
        out.name("since").string(version.since().toString());
        out.name("format").string(version.format());
        out.name("size_bytes").number(version.sizeBytes());
        if (version.memory().measuredBytes() > 0) {
            out.name("expected_bytes").number(version.memory().expectedBytes());
            out.name("measured_bytes").number(version.memory().measuredBytes());
        }
        writeError(out, version);
        if (version.retryAt() != null) {
            out.name("retry_at").string(version.retryAt().toString());
        }
        if (!version.history().isEmpty()) {
            out.name("history").beginArray();
            for (VersionStatus.Step step : version.history()) {
                out.beginObject().name("state").string(step.state().name());
                out.name("since").string(step.since().toString());
                out.name("reason").string(step.reason()).endObject();
            }
            out.endArray();
        }
        out.endObject();
    }

    private static void writeError(JsonWriter out, VersionStatus version) {
        SlipwayException error = version.error();
        out.name("error_code").string((error == null ? ErrorCode.OK : error.code()).name());
        out.name("error_message").string(error == null ? "" : error.getMessage());
    }

    /** A label of one version as its number; one of several as an object of weights, by version. */
    private static void writeLabels(JsonWriter out, String name, Map<String, Split> labels) {
        out.name(name).beginObject();
        labels.forEach((label, split) -> {
            if (split.isSingle()) {
                out.name(label).number(split.weights().firstKey().longValue());
            } else {
                out.name(label).beginObject();
                split.weights()
                        .forEach((version, weight) ->
                                out.name(String.valueOf(version)).number(weight.longValue()));
                out.endObject();
            }
        });
        out.endObject();
    }

    private static void writeSpecs(JsonWriter out, String name, List<TensorSpec> specs) {
        out.name(name).beginObject();
        for (TensorSpec spec : specs) {
            out.name(spec.name()).beginObject();
            out.name("dtype").string(DataTypes.name(spec.dtype()));
            writeShape(out, spec.shape());
            out.name("name").string(spec.name()).endObject();
        }
        out.endObject();
    }

    private static void writeShape(JsonWriter out, Shape shape) {
        out.name("tensor_shape").beginObject().name("dim").beginArray();
        for (long dim : shape.dims()) {
            out.beginObject().name("size").string(String.valueOf(dim));
            out.name("name").string("").endObject();
        }
        out.endArray().name("unknown_rank").bool(shape.isAnyRank()).endObject();
    }
}
