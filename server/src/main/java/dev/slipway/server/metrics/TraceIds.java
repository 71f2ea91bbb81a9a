package dev.slipway.server.metrics;

/**
 * By which a request is found among traces.
 *
 * @param traceId 32 hexadecimal digits
 * @param spanId 16 of them
 */
public record TraceIds(String traceId, String spanId) {}
