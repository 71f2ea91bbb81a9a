package dev.slipway.client;

import java.time.Instant;

/**
 * A configuration that was applied.
 *
 * @param number from 1
 * @param time when
 * @param origin who brought it: {@code start}, {@code file}, {@code SIGHUP}, {@code grpc}, {@code rest}
 */
public record ConfigRevision(long number, Instant time, String origin) {}
