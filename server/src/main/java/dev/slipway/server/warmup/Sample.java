package dev.slipway.server.warmup;

import dev.slipway.api.Tensor;
import java.util.List;
import java.util.Map;

/**
 * A request that a version is warmed up with.
 *
 * @param signature its name; empty for the default one
 * @param inputs by name, not checked yet
 * @param outputs names of the wanted outputs; empty for all
 * @param runs how often it runs, at least 1
 */
record Sample(String signature, Map<String, Tensor> inputs, List<String> outputs, int runs) {}
