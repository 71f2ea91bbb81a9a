package dev.slipway.server.management;

import dev.slipway.server.config.ServingConfig;

/** How configurations are written. */
public interface ConfigText {
    /**
     * Reads a configuration in YAML, of which JSON is a part.
     *
     * @param subject what errors call the text
     * @throws dev.slipway.api.SlipwayException {@code INVALID_ARGUMENT} with the line, what was found and what was expected
     */
    ServingConfig parse(String subject, String text);

    /** In YAML, as {@link #parse} reads it. */
    String yaml(ServingConfig config);
}
