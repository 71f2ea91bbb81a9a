package dev.slipway.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.config.StartConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may deploy some models, or some of their labels, does that and no more. */
@Timeout(60)
class DeployersTest {
    @TempDir
    static Path folder;

    @RegisterExtension
    static final SlipwayExtension SLIPWAY = SlipwayExtension.serving(SlipwayExtension::examples)
            .with(options -> options.withCallers(new StartConfig.Callers(rules(), null)));

    private static String rules() {
        try {
            return Files.writeString(folder.resolve("access.yaml"), """
                            anonymous: gardener
                            roles:
                              gardener:
                                - {models: iris, labels: [canary], actions: [deploy]}
                                - {models: digits, actions: [deploy]}
                            """).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpResponse<String> send(String method, String path, String body) {
        return SLIPWAY.send(HttpRequest.newBuilder(SLIPWAY.uri(path)).method(method, BodyPublishers.ofString(body)));
    }

    /** The entry may name any folder, and programs. */
    @ParameterizedTest
    @ValueSource(strings = {"digits", "iris", "new"})
    void someModelsAreNotEnoughToSayWhereAModelLies(String model) {
        HttpResponse<String> put = send("PUT", "/slipway/v1/models/" + model, "path: " + folder);

        assertThat(put.statusCode()).as(put.body()).isEqualTo(401);
        assertThat(put.body()).contains("may not deploy the server");
    }

    @Test
    void aLabelThatIsGrantedMayBeMovedAndTakenAway() {
        String canary = "/slipway/v1/models/iris/labels/canary";
        HttpResponse<String> moved = send("PUT", canary, "{\"version\": 3}");
        assertThat(moved.statusCode()).as(moved.body()).isEqualTo(200);
        HttpResponse<String> gone = send("DELETE", canary, "");
        assertThat(gone.statusCode()).as(gone.body()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUT /slipway/v1/models/iris/labels/stable",
                "DELETE /slipway/v1/models/iris/labels/stable",
                "PUT /slipway/v1/models/compass/labels/canary",
                "POST /slipway/v1/models/iris/unload",
                "DELETE /slipway/v1/models/iris",
                "POST /v2/repository/models/iris/unload"
            })
    void nothingElseIsCoveredByALabel(String line) {
        String[] words = line.split(" ");
        HttpResponse<String> answer = send(words[0], words[1], "{}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
    }

    @Test
    void aModelThatIsGrantedIsUnloadedAndLoaded() {
        assertThat(send("POST", "/v2/repository/models/digits/unload", "{}").statusCode())
                .isEqualTo(200);
        assertThat(send("POST", "/v2/repository/models/digits/load", "{}").statusCode())
                .isEqualTo(200);
    }
}
