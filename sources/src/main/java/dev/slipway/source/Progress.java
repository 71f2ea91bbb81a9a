package dev.slipway.source;

/**
 * How far a fetch has come.
 *
 * @param doneBytes bytes that are here
 * @param totalBytes bytes in all; -1 while nobody has said
 */
public record Progress(long doneBytes, long totalBytes) {}
