package dev.slipway.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The cases that come with this module. */
public final class Vectors {
    /** Strict, but for what TensorFlow Serving writes: NaN and infinities. */
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private Vectors() {}

    /** All of them, in the order of their files. */
    public static List<VectorCase> all() {
        List<VectorCase> cases = new ArrayList<>();
        read("index.json").forEach(file -> cases.addAll(parse(file.asText(), read(file.asText()))));
        Set<String> ids = new HashSet<>();
        for (VectorCase one : cases) {
            if (!ids.add(one.id())) {
                throw new IllegalStateException("two cases are called '%s' (expected: one)".formatted(one.id()));
            }
        }
        return cases;
    }

    /** @throws IllegalArgumentException when it is no file of cases */
    static List<VectorCase> parse(String name, JsonNode file) {
        try {
            Profile profile = Profile.of(file.path("profile").asText());
            List<VectorCase> cases = new ArrayList<>();
            file.path("cases").forEach(node -> cases.add(VectorCase.of(profile, node)));
            return cases;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("%s: %s".formatted(name, e.getMessage()), e);
        }
    }

    private static JsonNode read(String name) {
        try (InputStream in = Vectors.class.getResourceAsStream("vectors/" + name)) {
            if (in == null) {
                throw new SlipwayException(ErrorCode.INTERNAL, "vectors/%s is not in the jar".formatted(name));
            }
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("vectors/" + name, e);
        }
    }

    /** What a text says as JSON; a missing node where it is none. */
    static JsonNode json(String text) {
        try {
            JsonNode tree = JSON.readTree(text);
            return tree == null ? JSON.missingNode() : tree;
        } catch (JsonProcessingException e) {
            return JSON.missingNode();
        }
    }
}
