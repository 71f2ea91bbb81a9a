package dev.slipway.server.endpoint.management;

import dev.slipway.core.Timer;
import dev.slipway.protocol.proto.tensorflow.serving.ModelServerConfig;
import dev.slipway.server.config.ModelConfig;
import dev.slipway.server.management.ConfigText;
import dev.slipway.server.management.Management;
import dev.slipway.server.management.StateFeed;
import java.util.Map;
import java.util.function.Function;

/**
 * What the endpoints of management are made of.
 *
 * @param states of all versions, as they change
 * @param texts of configurations
 * @param peerModels what TensorFlow Serving's message says of each model
 * @param timer for waits and heartbeats
 */
public record Managed(
        Management management,
        StateFeed states,
        ConfigText texts,
        Function<ModelServerConfig, Map<String, ModelConfig>> peerModels,
        Timer timer) {}
