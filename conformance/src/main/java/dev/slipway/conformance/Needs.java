package dev.slipway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a server must have for a case to be about it; without, the case is skipped.
 *
 * @param models names of models that are ready
 * @param extensions words of the V2 server metadata
 * @param versions for a model the versions that must be ready
 * @param labels for a model the labels that must be there
 * @param signatures for a model the TensorFlow signatures that it must have
 */
record Needs(
        List<String> models,
        List<String> extensions,
        Map<String, List<String>> versions,
        Map<String, List<String>> labels,
        Map<String, List<String>> signatures) {

    static Needs of(JsonNode node) {
        return new Needs(
                texts(node.path("models")),
                texts(node.path("extensions")),
                textsByModel(node.path("versions")),
                textsByModel(node.path("labels")),
                textsByModel(node.path("signatures")));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return List.copyOf(texts);
    }

    private static Map<String, List<String>> textsByModel(JsonNode object) {
        Map<String, List<String>> byModel = new TreeMap<>();
        object.properties().forEach(entry -> byModel.put(entry.getKey(), texts(entry.getValue())));
        return byModel;
    }
}
