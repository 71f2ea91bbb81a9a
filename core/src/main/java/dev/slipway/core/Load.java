package dev.slipway.core;

import dev.slipway.api.ServableId;
import java.util.concurrent.CompletableFuture;

/**
 * A load that somebody asked for.
 *
 * @param id what is loaded
 * @param done completes once the version is available; fails with a {@link dev.slipway.api.SlipwayException} that says
 *     why it is not, {@code CANCELLED} when it was called off
 * @param cancel calls the load off, as far as nobody else wants it; the version is quarantined, not tried again by
 *     itself, and loads when it is asked for anew
 */
public record Load(ServableId id, CompletableFuture<Void> done, Runnable cancel) {}
