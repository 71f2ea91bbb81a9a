package dev.slipway.protocol.text;

import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.proto.inference.Ignored;
import dev.slipway.protocol.proto.inference.ModelConfig;

/** Reads Triton's {@code config.pbtxt}. */
public final class TritonText {
    private TritonText() {}

    /**
     * What the file says of how requests are run. Inside of what counts for nothing here (inputs, outputs, ...) anything
     * may stand; elsewhere a field that Triton does not know is an error.
     *
     * @param subject what errors call the file
     * @throws SlipwayException {@code INVALID_ARGUMENT} with line and column
     */
    public static ParsedText<ModelConfig> parse(String subject, String text) {
        return ProtoText.parse(
                subject,
                text,
                ModelConfig.getDefaultInstance(),
                Ignored.getDescriptor().getFullName());
    }
}
