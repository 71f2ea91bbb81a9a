package dev.slipway.backend.tensorflow;

import java.util.Map;

/**
 * A way to call a SavedModel, as its file has it.
 *
 * @param name {@code serving_default}
 * @param method {@code tensorflow/serving/predict}; may be empty
 * @param inputs by name, in the order of the names
 * @param outputs by name, in the order of the names
 */
record SignatureInfo(String name, String method, Map<String, TensorInfo> inputs, Map<String, TensorInfo> outputs) {}
