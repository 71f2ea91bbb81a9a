package dev.slipway.server.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.SlipwayExtension;

/** Asks the models of the examples, well and badly. */
final class Examples {
    private static final String ROW = "{\"instances\": [[5.1, 3.5, 1.4, 0.2]]}";

    private Examples() {}

    static void ask(SlipwayExtension server) {
        for (int i = 0; i < 20; i++) {
            assertThat(server.post("/v1/models/iris:predict", ROW).statusCode()).isEqualTo(200);
        }
        assertThat(server.post("/v1/models/iris:predict", "{}").statusCode()).isEqualTo(400);
        assertThat(server.post("/v1/models/none:predict", ROW).statusCode()).isEqualTo(404);
    }
}
