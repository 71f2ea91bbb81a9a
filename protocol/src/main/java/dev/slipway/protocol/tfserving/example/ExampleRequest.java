package dev.slipway.protocol.tfserving.example;

import dev.slipway.api.Signature;
import dev.slipway.api.Tensor;
import java.util.Map;

/**
 * What a request of examples says.
 *
 * @param signature the one that it names
 * @param inputs made of the examples' features, by name; dtypes and shapes fit the signature
 * @param examples how many there are, at least 1
 */
public record ExampleRequest(Signature signature, Map<String, Tensor> inputs, int examples) {}
