package dev.slipway.server.logging;

import dev.slipway.server.transport.EndedRequest;

/** Requests that were never made. */
final class SomeRequests {
    private SomeRequests() {}

    static EndedRequest one() {
        return EndedRequest.refused(
                new EndedRequest.Asked("POST", "/v1/models/iris:predict", "HTTP/1.1", null),
                400,
                "192.0.2.7:4711",
                "r-1");
    }
}
