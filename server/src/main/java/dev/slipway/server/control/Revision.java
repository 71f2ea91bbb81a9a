package dev.slipway.server.control;

import dev.slipway.server.config.ServingConfig;
import java.time.Instant;

/**
 * A configuration that was applied.
 *
 * @param number from 1, without gaps
 * @param time when it was applied
 * @param origin who brought it: {@code start}, {@code file}, {@code SIGHUP}, {@code grpc}, {@code rest}, {@code rollback to 3}
 * @param config what it says
 */
public record Revision(long number, Instant time, String origin, ServingConfig config) {}
