package dev.slipway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * One row of the tables.
 *
 * @param says what a server does that keeps the contract
 * @param reference where that is written: a document's section, or a file of the peer's source
 * @param steps asked one after the other; the first that fails ends the case
 */
public record VectorCase(String id, Profile profile, String says, String reference, Needs needs, List<Step> steps) {
    private static final Set<String> KEYS =
            Set.of("id", "protocol", "says", "reference", "needs", "request", "expect", "steps");

    public VectorCase {
        steps = List.copyOf(steps);
        if (id.isEmpty() || says.isEmpty() || reference.isEmpty() || steps.isEmpty()) {
            throw new IllegalArgumentException(
                    "case '%s' is incomplete (expected: id, says, reference, request, expect)".formatted(id));
        }
    }

    /** Reads one entry of a file of cases. */
    static VectorCase of(Profile profile, JsonNode node) {
        String id = node.path("id").asText();
        Set<String> unknown = new TreeSet<>();
        node.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(KEYS);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "case '%s' has unknown keys %s (expected: %s)".formatted(id, unknown, new TreeSet<>(KEYS)));
        }
        boolean grpc = node.path("protocol").asText().equals("grpc");
        List<Step> steps = new ArrayList<>();
        if (node.has("steps")) {
            node.path("steps").forEach(step -> steps.add(step(grpc, step)));
        } else {
            steps.add(step(grpc, node));
        }
        return new VectorCase(
                id,
                profile,
                node.path("says").asText(),
                node.path("reference").asText(),
                Needs.of(node.path("needs")),
                steps);
    }

    private static Step step(boolean grpc, JsonNode node) {
        List<JsonNode> alternatives = new ArrayList<>();
        JsonNode expect = node.path("expect");
        if (expect.isArray()) {
            expect.forEach(alternatives::add);
        } else if (expect.isObject()) {
            alternatives.add(expect);
        }
        return new Step(grpc, node.path("request"), alternatives);
    }

    boolean isGrpc() {
        return steps.stream().anyMatch(Step::grpc);
    }

    boolean asksManagement() {
        return steps.stream().anyMatch(Step::asksManagement);
    }
}
