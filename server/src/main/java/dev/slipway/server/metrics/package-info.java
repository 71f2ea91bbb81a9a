/** What is counted and timed, for Prometheus; what of it costs requests time is kept in {@link dev.slipway.server.metrics.LatencyHistogram}. */
@org.jspecify.annotations.NullMarked
package dev.slipway.server.metrics;
