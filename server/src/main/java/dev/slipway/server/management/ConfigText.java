package dev.slipway.server.management;

import dev.slipway.server.config.ConfigYaml;
import dev.slipway.server.config.Secrets;
import dev.slipway.server.config.ServingConfig;
import dev.slipway.server.control.Control;

/** How configurations are written. */
public interface ConfigText {
    /**
     * Reads a configuration in YAML, of which JSON is a part.
     *
     * @param subject what errors call the text
     * @throws dev.slipway.api.SlipwayException {@code INVALID_ARGUMENT} with the line, what was found and what was expected
     */
    ServingConfig parse(String subject, String text);

    /** In YAML, as {@link #parse} reads it; without passwords and queries of URLs, which reading puts in again. */
    String yaml(ServingConfig config);

    /** As {@code slipway.yaml} is written; paths are relative to what {@code control} says. */
    static ConfigText of(Control control) {
        return new ConfigText() {
            @Override
            public ServingConfig parse(String subject, String text) {
                return control.read(subject, text);
            }

            @Override
            public String yaml(ServingConfig config) {
                return ConfigYaml.write(Secrets.hide(config));
            }
        };
    }
}
