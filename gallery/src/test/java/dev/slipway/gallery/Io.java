package dev.slipway.gallery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Questions, and the answers that the framework gave that had trained the model: the {@code io.json} beside it. */
record Io(JsonNode rows, JsonNode expected) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Io of(Path version) {
        try {
            JsonNode root = JSON.readTree(version.resolve("io.json").toFile());
            return new Io(root.get("rows"), root.get("expected"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    /** The largest difference between two trees of numbers; infinite where they are not of one shape. */
    static double difference(JsonNode found, JsonNode expected) {
        if (expected.isNumber()) {
            JsonNode single = found.isArray() && found.size() == 1 ? found.get(0) : found;
            return single.isNumber() ? Math.abs(single.asDouble() - expected.asDouble()) : Double.POSITIVE_INFINITY;
        }
        if (found.isNumber() && expected.size() == 1) {
            return difference(found, expected.get(0));
        }
        if (!found.isArray() || found.size() != expected.size()) {
            return Double.POSITIVE_INFINITY;
        }
        double most = 0;
        for (int i = 0; i < expected.size(); i++) {
            most = Math.max(most, difference(found.get(i), expected.get(i)));
        }
        return most;
    }
}
