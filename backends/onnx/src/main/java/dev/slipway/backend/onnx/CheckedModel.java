package dev.slipway.backend.onnx;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNIMPLEMENTED;

import dev.slipway.api.ModelDescription;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model whose header has passed every check that needs no native code.
 *
 * @param description what it says of itself
 * @param inputs that every request must bring, in the model's order
 * @param outputs in the model's order
 * @param passedThrough outputs that are inputs of the graph: the runtime does not copy them to memory of a caller's own
 * @param scores by the name of an output that is a list of maps, the name of the scores that it is made of, where no
 *     more than that is to know to make the maps without the runtime
 */
record CheckedModel(
        ModelDescription description,
        List<Port> inputs,
        List<Port> outputs,
        Set<String> passedThrough,
        Map<String, String> scores) {
    static final String PLATFORM = "onnxruntime_onnx";

    /** What ONNX Runtime 1.28 takes, by trial; domains that are not listed are left to it. */
    private static final int IR_VERSION_MAX = 13;

    private static final Map<String, Integer> OPSET_MAX =
            Map.of("", 26, "ai.onnx.ml", 5, "ai.onnx.training", 1, "ai.onnx.preview.training", 1, "com.microsoft", 1);

    /** @throws SlipwayException as {@link dev.slipway.api.Loader#describe} */
    static CheckedModel of(Path path) {
        String file = String.valueOf(path.getFileName());
        ModelHeader header = ModelReader.read(path);
        versions(file, header);
        GraphCheck.check(file, header);
        TensorCheck.check(path, header);
        Set<String> constants = new HashSet<>();
        header.graph().initializers().forEach(tensor -> constants.add(tensor.name()));
        Set<String> names = new HashSet<>();
        List<Port> inputs = new ArrayList<>();
        for (GraphHeader.Value value : header.graph().inputs()) {
            if (!names.add(value.name())) {
                throw doubled(file, "input", value.name());
            }
            if (!constants.contains(value.name())) {
                inputs.add(Port.input(file, value));
            }
        }
        List<Port> outputs = outputs(file, header);
        Signature signature = new Signature(
                Signature.DEFAULT,
                inputs.stream().map(Port::spec).toList(),
                outputs.stream().map(Port::spec).toList());
        ModelDescription description = new ModelDescription(
                PLATFORM, Map.of(Signature.DEFAULT, signature), MemoryEstimate.of(header), facts(header));
        return new CheckedModel(description, inputs, outputs, names, FinalZipMaps.scoresOf(header, outputs));
    }

    private static Map<String, String> facts(ModelHeader header) {
        Map<String, String> facts = new LinkedHashMap<>(header.facts());
        facts.put("runtime", OnnxBackend.runtimeName());
        return Collections.unmodifiableMap(facts);
    }

    /** The type of the keys of an output that is a list of maps; UNDEFINED where it is none. */
    ElementType keys(String output) {
        for (Port port : outputs) {
            ValueType inner = port.type().inner();
            if (port.name().equals(output) && inner != null && inner.isMapToFloat()) {
                return inner.element();
            }
        }
        return ElementType.UNDEFINED;
    }

    private static List<Port> outputs(String file, ModelHeader header) {
        List<Port> outputs = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (GraphHeader.Value value : header.graph().outputs()) {
            if (!names.add(value.name())) {
                throw doubled(file, "output", value.name());
            }
            outputs.add(Port.output(file, value));
        }
        if (outputs.isEmpty()) {
            throw new SlipwayException(
                    INVALID_ARGUMENT, "'%s': the graph has no outputs (expected: at least 1)".formatted(file));
        }
        return outputs;
    }

    private static void versions(String file, ModelHeader header) {
        if (header.irVersion() < 1 || header.opsets().isEmpty()) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "'%s' is no ONNX model: IR version %d, %d opsets (expected: IR version 1 to %d, at least 1 opset)"
                            .formatted(file, header.irVersion(), header.opsets().size(), IR_VERSION_MAX));
        }
        if (header.irVersion() > IR_VERSION_MAX) {
            throw new SlipwayException(
                    UNIMPLEMENTED,
                    "'%s' has IR version %d (expected: at most %d)"
                            .formatted(file, header.irVersion(), IR_VERSION_MAX));
        }
        header.opsets().forEach((domain, version) -> {
            int max = OPSET_MAX.getOrDefault(domain, Integer.MAX_VALUE);
            if (version < 1 || version > max) {
                throw new SlipwayException(
                        UNIMPLEMENTED,
                        "'%s' needs opset %d of %s (expected: 1 to %d)"
                                .formatted(file, version, domain.isEmpty() ? "ai.onnx" : domain, max));
            }
        });
    }

    private static SlipwayException doubled(String file, String role, String name) {
        return new SlipwayException(
                INVALID_ARGUMENT, "'%s': %s '%s' is listed twice (expected: once)".formatted(file, role, name));
    }
}
