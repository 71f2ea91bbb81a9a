package dev.slipway.protocol.tfserving.grpc;

import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.proto.tensorflow.serving.BatchingParameters;
import dev.slipway.protocol.proto.tensorflow.serving.ModelServerConfig;
import dev.slipway.protocol.proto.tensorflow.serving.MonitoringConfig;
import dev.slipway.protocol.proto.tensorflow.serving.SSLConfig;
import dev.slipway.protocol.text.ParsedText;
import dev.slipway.protocol.text.ProtoText;

/**
 * Reads TensorFlow Serving's configuration files, which are protobuf's text format. What is in a file but not in its
 * message is an error, with line and column. Whether the values make sense is for the reader of the message to say.
 */
public final class ConfigText {
    private ConfigText() {}

    /**
     * What {@code --model_config_file} names.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} with line and column
     */
    public static ModelServerConfig parseModels(String text) {
        return ProtoText.parse("model config", text, ModelServerConfig.getDefaultInstance())
                .message();
    }

    /**
     * What {@code --batching_parameters_file} names; errors as in {@link #parseModels(String)}.
     *
     * @param subject what errors call the text
     */
    public static ParsedText<BatchingParameters> parseBatching(String subject, String text) {
        return ProtoText.parse(subject, text, BatchingParameters.getDefaultInstance());
    }

    /** What {@code --monitoring_config_file} names; errors as in {@link #parseModels(String)}. */
    public static MonitoringConfig parseMonitoring(String text) {
        return ProtoText.parse("monitoring config", text, MonitoringConfig.getDefaultInstance())
                .message();
    }

    /** What {@code --ssl_config_file} names; errors as in {@link #parseModels(String)}. */
    public static SSLConfig parseSsl(String text) {
        return ProtoText.parse("ssl config", text, SSLConfig.getDefaultInstance())
                .message();
    }
}
