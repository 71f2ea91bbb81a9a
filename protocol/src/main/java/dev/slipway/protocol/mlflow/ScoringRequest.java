package dev.slipway.protocol.mlflow;

import dev.slipway.api.Tensor;
import java.util.Map;

/**
 * What the body of a scoring request says.
 *
 * @param inputs by name, in the signature's order; dtypes and shapes fit the signature
 * @param isTable whether it has rows of named columns, and wants a record a row
 */
public record ScoringRequest(Map<String, Tensor> inputs, boolean isTable) {}
