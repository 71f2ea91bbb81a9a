package dev.slipway.server.config;

import org.jspecify.annotations.Nullable;

/**
 * How closely a model's requests are looked at; nothing of it changes what they are answered, or has the model loaded anew.
 *
 * @param traceSample the share of its requests that are traced, of those that come without a trace, 0 to 1; null for as the server
 *     was told
 */
public record Observation(@Nullable Double traceSample) {
    /** As the server was told. */
    public static final Observation DEFAULT = new Observation(null);
}
