package dev.slipway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A request, and what may be answered.
 *
 * @param grpc whether it goes over gRPC
 * @param expect alternatives, of which one must hold
 */
record Step(boolean grpc, JsonNode request, List<JsonNode> expect) {
    Step {
        expect = List.copyOf(expect);
        if (expect.isEmpty()) {
            throw new IllegalArgumentException("step expects nothing (expected: at least one alternative)");
        }
    }

    boolean asksManagement() {
        return request.path("port").asText().equals("management");
    }
}
