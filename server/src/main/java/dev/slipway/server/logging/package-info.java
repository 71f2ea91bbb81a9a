/** What the server writes of itself, and of the requests that it answers. */
@org.jspecify.annotations.NullMarked
package dev.slipway.server.logging;
