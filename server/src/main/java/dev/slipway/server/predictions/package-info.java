/** Has predictions taken down as the configuration says. */
@org.jspecify.annotations.NullMarked
package dev.slipway.server.predictions;
