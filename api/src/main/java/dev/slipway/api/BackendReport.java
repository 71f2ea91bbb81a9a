package dev.slipway.api;

/**
 * What a backend holds now.
 *
 * @param runtime name and version of what runs its models: {@code ONNX Runtime 1.28.0}
 * @param isLoaded whether the runtime was loaded; it is with the first model
 * @param models how many of its models are loaded
 * @param memoryBytes what these hold, in bytes, as measured where the runtime can tell, else as estimated
 * @param threads that the runtime has of its own; the callers' are not counted
 */
public record BackendReport(String runtime, boolean isLoaded, int models, long memoryBytes, int threads) {}
