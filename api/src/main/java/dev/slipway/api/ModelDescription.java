package dev.slipway.api;

import java.util.List;
import java.util.Map;

/**
 * What a model says of itself.
 *
 * @param platform {@code <project>_<format>}, as the Open Inference Protocol has it: {@code onnxruntime_onnx}
 * @param signatures by name, in the model's order; at least one
 * @param memoryBytes what it is expected to hold once loaded, in bytes
 * @param metadata what else the file says: producer, opsets, the author's own properties
 * @param classes what the places of an output's last axis stand for, by the output's name: {@code cat} at 281; only of outputs
 *     of which that is known
 */
public record ModelDescription(
        String platform,
        Map<String, Signature> signatures,
        long memoryBytes,
        Map<String, String> metadata,
        Map<String, List<String>> classes) {

    /** Of a model that says nothing of classes. */
    public ModelDescription(
            String platform, Map<String, Signature> signatures, long memoryBytes, Map<String, String> metadata) {
        this(platform, signatures, memoryBytes, metadata, Map.of());
    }
}
