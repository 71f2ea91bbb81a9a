package dev.slipway.server.config;

/**
 * What runs before a version is available.
 *
 * @param isEnabled whether anything does
 * @param file a file of requests, relative to the version's folder or absolute; empty for those that are there by convention:
 *     TensorFlow Serving's {@code assets.extra/tf_serving_warmup_requests}, {@code model_warmup} of Triton's
 *     {@code config.pbtxt}, our {@code warmup.json}
 * @param runs how often each request runs, at least 1
 */
public record WarmUpConfig(boolean isEnabled, String file, int runs) {
    /** What is there by convention, once. */
    public static final WarmUpConfig DEFAULT = new WarmUpConfig(true, "", 1);

    public WarmUpConfig {
        if (runs < 1) {
            throw new IllegalArgumentException("runs: %d (expected: >= 1)".formatted(runs));
        }
    }
}
