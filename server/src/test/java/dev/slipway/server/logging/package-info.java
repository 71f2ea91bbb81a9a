/** Tests of what is written down. */
@org.jspecify.annotations.NullMarked
package dev.slipway.server.logging;
