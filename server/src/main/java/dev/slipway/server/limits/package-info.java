/** How much of the server each caller, and each model, may have. */
@org.jspecify.annotations.NullMarked
package dev.slipway.server.limits;
