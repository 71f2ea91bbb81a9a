package dev.slipway.backend.pmml;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;
import static dev.slipway.api.ErrorCode.UNIMPLEMENTED;

import dev.slipway.api.DType;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A PMML document that has passed every check.
 *
 * @param bytes the document, read once: what was checked is what is run; empty once a model was made of it
 * @param inputs of the outermost model
 * @param sources names by which PMML4S answers, tried in turn, by name of the output
 */
record PmmlDocument(
        String file,
        ByteBuffer bytes,
        List<PmmlField> inputs,
        Map<String, List<String>> sources,
        @Nullable Verification verification,
        ModelDescription description) {
    private static final long BYTES_MAX = 256L << 20;
    private static final String PLATFORM = "pmml4s_pmml";
    /** Of the model's objects, by the bytes of its document: an estimate, on the safe side. */
    private static final int OBJECT_FACTOR = 4;

    private static final long BASE_BYTES = 64 << 10;

    /** @throws SlipwayException as {@code Loader.describe} */
    static PmmlDocument of(Path path) {
        String file = String.valueOf(path.getFileName());
        byte[] bytes;
        try {
            if (Files.size(path) > BYTES_MAX) {
                throw new SlipwayException(
                        INVALID_ARGUMENT,
                        "'%s' has %d bytes (expected: 256 MiB at most)".formatted(file, Files.size(path)));
            }
            bytes = Files.readAllBytes(path);
        } catch (IOException e) {
            throw new SlipwayException(UNAVAILABLE, "'%s' can't be read: %s".formatted(file, e), e);
        }
        PmmlReader reader = new PmmlReader(file, bytes).read();
        List<PmmlField> inputs = new ArrayList<>();
        for (String name : reader.active) {
            PmmlField field = reader.dataFields.get(name);
            if (field == null || inputs.contains(field)) {
                throw reader.refused(
                        INVALID_ARGUMENT,
                        "the input '%s' without a DataField, or twice".formatted(PmmlReader.shown(name)),
                        "each once");
            }
            inputs.add(field);
        }
        if (inputs.isEmpty()) {
            throw reader.refused(UNIMPLEMENTED, "no inputs", "active fields in the model's MiningSchema");
        }
        Map<String, List<String>> sources = new LinkedHashMap<>();
        List<TensorSpec> outputs = outputs(reader, sources);
        Signature signature = new Signature(
                Signature.DEFAULT, inputs.stream().map(PmmlField::input).toList(), outputs);
        return new PmmlDocument(
                file,
                ByteBuffer.wrap(bytes),
                List.copyOf(inputs),
                sources,
                reader.verification(),
                new ModelDescription(
                        PLATFORM,
                        Map.of(Signature.DEFAULT, signature),
                        BASE_BYTES + OBJECT_FACTOR * (long) bytes.length,
                        reader.metadata));
    }

    private static List<TensorSpec> outputs(PmmlReader reader, Map<String, List<String>> sources) {
        Map<String, TensorSpec> specs = new LinkedHashMap<>();
        PmmlField target = reader.targets.size() == 1 ? reader.dataFields.get(reader.targets.get(0)) : null;
        List<PmmlField> stated =
                reader.outputs.isEmpty() && reader.targets.size() > 1 ? reader.innerOutputs : reader.outputs;
        if (target != null) {
            List<String> names = new ArrayList<>(List.of("predicted_" + target.name()));
            stated.stream()
                    .filter(field -> field.feature().equals("predictedValue"))
                    .filter(field -> field.target().isEmpty() || field.target().equals(target.name()))
                    .forEach(field -> names.add(field.name()));
            DType dtype = reader.function.equals("regression") && target.dtype() == DType.STRING
                    ? DType.FP64
                    : target.dtype();
            specs.put(target.name(), target.as(target.name(), dtype).output());
            sources.put(target.name(), names);
        }
        for (PmmlField field : stated) {
            DType dtype = field.dtype();
            if (field.dataType().isEmpty() && field.feature().equals("predictedValue")) {
                dtype = target == null ? DType.FP64 : target.dtype();
            }
            if (!specs.containsKey(field.name())) {
                specs.put(field.name(), field.as(field.name(), dtype).output());
                sources.put(field.name(), List.of(field.name()));
            }
        }
        if (reader.outputs.isEmpty() && target != null && reader.function.equals("classification")) {
            for (String value : target.values()) {
                String name = "probability(" + value + ")";
                specs.putIfAbsent(name, target.as(name, DType.FP64).output());
                sources.put(name, List.of("probability_" + value));
            }
        } else if (specs.isEmpty() && reader.function.equals("clustering")) {
            for (String name : List.of("cluster", "cluster_name", "distance")) {
                specs.put(
                        name,
                        new PmmlField(name, name.equals("distance") ? "double" : "string", "", "", List.of()).output());
                sources.put(name, List.of(name));
            }
        }
        if (specs.isEmpty()) {
            throw reader.refused(UNIMPLEMENTED, "no outputs", "a target, or OutputFields");
        }
        return List.copyOf(specs.values());
    }

    /** The same without its text, once a model was made of it. */
    PmmlDocument withoutBytes() {
        return new PmmlDocument(file, ByteBuffer.allocate(0), inputs, sources, verification, description);
    }

    Signature signature() {
        return description.signatures().values().iterator().next();
    }
}
