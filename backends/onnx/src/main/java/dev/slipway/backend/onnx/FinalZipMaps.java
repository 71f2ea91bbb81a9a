package dev.slipway.backend.onnx;

import dev.slipway.api.DType;
import dev.slipway.backend.onnx.GraphHeader.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the ZipMap nodes that make outputs of a model and nothing else, and the scores that they are given. */
final class FinalZipMaps {
    /** The file is held in memory while such a model is loaded. */
    private static final long FILE_BYTES_MAX = 64 << 20;

    private final Set<String> used = new HashSet<>();
    private boolean hasExternalData;

    private FinalZipMaps() {}

    /**
     * By the name of the output, the name of the scores. Empty unless that holds for every ZipMap of the main graph,
     * its scores are no output themselves, and all of the model lies in one file of moderate size: a model with data
     * files must be opened by its path.
     */
    static Map<String, String> scoresOf(ModelHeader header, List<Port> outputs) {
        GraphHeader graph = header.graph();
        Map<String, String> scores = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (node.op().equals("ZipMap") && node.domain().equals("ai.onnx.ml")) {
                if (node.inputs().size() != 1 || node.outputs().size() != 1) {
                    return Map.of();
                }
                scores.put(node.outputs().get(0), node.inputs().get(0));
            }
        }
        if (scores.isEmpty() || header.fileBytes() > FILE_BYTES_MAX) {
            return Map.of();
        }
        FinalZipMaps found = new FinalZipMaps();
        found.look(graph);
        header.functions().forEach(function -> found.look(function.body()));
        Map<String, Port> byName = new HashMap<>();
        outputs.forEach(port -> byName.put(port.name(), port));
        boolean isFit = !found.hasExternalData && new HashSet<>(scores.values()).size() == scores.size();
        for (Map.Entry<String, String> one : scores.entrySet()) {
            Port port = byName.get(one.getKey());
            isFit &= port != null
                    && port.spec().dtype() == DType.MAP
                    && !found.used.contains(one.getKey())
                    && !byName.containsKey(one.getValue());
        }
        return isFit ? Map.copyOf(scores) : Map.of();
    }

    private void look(GraphHeader graph) {
        graph.initializers().forEach(this::look);
        for (Node node : graph.nodes()) {
            used.addAll(node.inputs());
            node.constants().forEach(this::look);
            for (GraphHeader body : node.subgraphs()) {
                look(body);
                body.outputs().forEach(output -> used.add(output.name()));
            }
        }
    }

    private void look(TensorHeader tensor) {
        hasExternalData |= tensor.isExternal();
    }
}
