/** Who looks on while requests for models are answered: metrics, traces, logs. */
@org.jspecify.annotations.NullMarked
package dev.slipway.server.observe;
