package dev.slipway.server.logging;

import dev.slipway.server.transport.EndedRequest;

/** How a line on a request looks. */
interface AccessForm {
    /** Appends the line, and its end. */
    void write(StringBuilder to, EndedRequest request, long endMillis);
}
