package dev.slipway.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.config.StartConfig;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists, and messages that name models, show those that who asks may read. */
class ListsTest {
    private static final String HIDDEN = "digits";

    @TempDir
    static Path folder;

    @RegisterExtension
    static final SlipwayExtension SLIPWAY = SlipwayExtension.serving(SlipwayExtension::examples)
            .with(options -> options.withCallers(new StartConfig.Callers(rules(), null)));

    /** One model, and names under which there is none. */
    private static String rules() {
        Path file = folder.resolve("access.yaml");
        try {
            Files.writeString(file, """
                    anonymous: botanist
                    roles:
                      botanist:
                        - {models: 'iris*', actions: [predict, read]}
                    """);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/models",
                "GET /v2/models",
                "GET /v2/models/stats",
                "POST /v2/repository/index",
                "GET /models",
                "GET /slipway/v1/models"
            })
    void showWhatMayBeRead(String line) {
        String[] words = line.split(" ");
        HttpResponse<String> answer = SLIPWAY.send(HttpRequest.newBuilder(SLIPWAY.uri(words[1]))
                .method(words[0], words[0].equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}")));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"iris\"").doesNotContain(HIDDEN);
    }

    @Test
    void theIndexOverGrpcDoesToo() {
        String index = new String(
                SLIPWAY.grpc().callRaw("inference.GRPCInferenceService/RepositoryIndex", new byte[0]),
                StandardCharsets.UTF_8);

        assertThat(index).contains("iris").doesNotContain(HIDDEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/models/iriss",
                "GET /v1/models/iriss/metadata",
                "POST /v1/models/iriss:predict",
                "GET /v2/models/iriss",
                "GET /v2/models/iriss/ready",
                "GET /v2/models/iriss/config",
                "GET /v2/models/iriss/stats",
                "POST /v2/models/iriss/infer",
                "POST /invocations/iriss",
                "GET /models/iriss",
                "GET /slipway/v1/models/iriss",
                "GET /slipway/v1/models/iriss/dispatch"
            })
    void messagesNameNoModelThatMayNotBeRead(String line) {
        String[] words = line.split(" ");
        HttpResponse<String> answer = SLIPWAY.send(HttpRequest.newBuilder(SLIPWAY.uri(words[1]))
                .header("Content-Type", "application/json")
                .method(
                        words[0],
                        words[0].equals("GET")
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofString("{\"instances\": [[1]], \"inputs\": []}")));

        assertThat(answer.statusCode()).as(answer.body()).isGreaterThanOrEqualTo(400);
        assertThat(answer.body()).contains("iris").doesNotContain(HIDDEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"inference.GRPCInferenceService/ModelMetadata", "inference.GRPCInferenceService/ModelConfig"})
    void messagesOverGrpcNeither(String method) {
        // Field 1, a string.
        byte[] message = "\n\5iriss".getBytes(StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> SLIPWAY.grpc().callRaw(method, message))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("iriss")
                .message()
                .doesNotContain(HIDDEN);
    }
}
