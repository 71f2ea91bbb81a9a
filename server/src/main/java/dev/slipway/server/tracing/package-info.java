/**
 * Traces of requests, for OpenTelemetry. Only the classes whose names begin with {@code Otel}, and {@code SpanQueue}, know its library:
 * they are loaded when traces are asked for, and not before.
 */
@org.jspecify.annotations.NullMarked
package dev.slipway.server.tracing;
