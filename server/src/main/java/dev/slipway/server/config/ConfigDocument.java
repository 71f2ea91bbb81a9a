package dev.slipway.server.config;

/**
 * What a {@code slipway.yaml} says.
 *
 * @param serving what is served and how: may change while the server runs
 * @param start how the server runs: counts when it starts
 */
public record ConfigDocument(ServingConfig serving, StartConfig start) {}
