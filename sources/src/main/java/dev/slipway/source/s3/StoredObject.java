package dev.slipway.source.s3;

import java.time.Instant;

/**
 * An object as a listing shows it.
 *
 * @param key its whole key
 * @param etag without quotes; changes when its bytes do
 * @param changed when it was last written, by the store's clock
 */
public record StoredObject(String key, String etag, long bytes, Instant changed) {}
