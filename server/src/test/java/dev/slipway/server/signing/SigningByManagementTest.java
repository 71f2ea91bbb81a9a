package dev.slipway.server.signing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.protocol.proto.tensorflow.serving.ModelServerConfig;
import dev.slipway.protocol.proto.tensorflow.serving.ReloadConfigRequest;
import dev.slipway.protocol.proto.tensorflow.serving.ReloadConfigResponse;
import dev.slipway.server.GrpcClient;
import dev.slipway.server.TestModels;
import dev.slipway.server.config.ModelConfig;
import dev.slipway.server.config.ModelForm;
import dev.slipway.server.config.ServingConfig;
import dev.slipway.server.config.SigningConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who says what is served can't lift what the configuration says of signatures. */
@Timeout(60)
class SigningByManagementTest {
    @TempDir
    private Path folder;

    private Path models;
    private Path place;
    private Path publicKey;

    @BeforeEach
    void makeKeyAndModels() throws IOException {
        publicKey = folder.resolve("key.pub.pem");
        KeyPair pair = KeyFiles.generate();
        KeyFiles.write(pair, folder.resolve("key.pem"), publicKey);
        models = folder.resolve("models");
        place = models.resolve("place");
        for (String model : List.of("place", "other")) {
            Path version = models.resolve(model).resolve("1");
            TestModels.write(version, TestModels.times(2, 3));
            new Signer(pair.getPrivate()).sign(version);
        }
    }

    /** Of models that have to be signed, or need not be, whatever is said of "kept". */
    private SigningServer serve(boolean isRequired, @Nullable Boolean ofKept) {
        ModelConfig kept = ModelConfig.at(place.toString()).withForm(ModelForm.PLAIN.withRequireSigned(ofKept));
        return SigningServer.start(
                "",
                Map.of("kept", kept),
                new SigningConfig(isRequired, List.of(publicKey.toString())),
                folder.resolve("cache"));
    }

    private static HttpResponse<String> put(SigningServer server, String model, String body) throws Exception {
        return send(server, model, HttpRequest.newBuilder().PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> send(SigningServer server, String model, HttpRequest.Builder request)
            throws Exception {
        URI uri = URI.create("http://127.0.0.1:%d/slipway/v1/models/%s"
                .formatted(server.server().restPort(), model));
        return HttpClient.newHttpClient().send(request.uri(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static @Nullable Boolean signed(SigningServer server, String model) {
        return server.server().control().current().config().of(model).form().requireSigned();
    }

    @ParameterizedTest
    @ValueSource(strings = {"new", "kept"})
    void whatTheServerAsksForIsNotLiftedOfOneModel(String model) throws Exception {
        try (SigningServer server = serve(true, null)) {
            HttpResponse<String> refused =
                    put(server, model, "path: %s\nrequire_signed: false\n".formatted(models.resolve("other")));

            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("model '%s': require_signed: false (expected: true".formatted(model));
            assertThat(signed(server, model)).isNull();
        }
    }

    @Test
    void whatAnEntryAsksForStaysWhenItIsPutAnew() throws Exception {
        try (SigningServer server = serve(false, true)) {
            assertThat(put(server, "kept", "path: " + models.resolve("other")).statusCode())
                    .isEqualTo(200);
            assertThat(signed(server, "kept")).isTrue();
            for (String less : List.of("false", "default")) {
                assertThat(put(server, "kept", "path: %s\nrequire_signed: %s\n".formatted(place, less))
                                .statusCode())
                        .isEqualTo(400);
            }
            assertThat(put(server, "kept", "path: %s\nrequire_signed: true\n".formatted(place))
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void whatIsDeletedAndLiesInTheRepositoryGoesOnNeedingASignature() throws Exception {
        ModelConfig signed = ModelConfig.DEFAULT.withForm(ModelForm.PLAIN.withRequireSigned(true));
        SigningConfig signing = new SigningConfig(false, List.of(publicKey.toString()));
        try (SigningServer server = SigningServer.start(
                models.toString(),
                Map.of("place", signed.withLifecycle(signed.lifecycle().withUnloaded(true))),
                signing,
                folder.resolve("cache"))) {
            assertThat(send(server, "place", HttpRequest.newBuilder().DELETE()).statusCode())
                    .isEqualTo(200);

            ServingConfig now = server.server().control().current().config();
            assertThat(now.of("place")).isEqualTo(signed);
        }
    }

    @Test
    void moreMayBeAskedFor() throws Exception {
        try (SigningServer server = serve(false, null)) {
            assertThat(put(server, "kept", "path: %s\nrequire_signed: true\n".formatted(place))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(signed(server, "kept")).isTrue();
        }
    }

    @Test
    void whatNeedsNoSignatureGoesOnNeedingNone() throws Exception {
        try (SigningServer server = serve(true, false)) {
            assertThat(put(server, "kept", "path: %s\npinned: true\n".formatted(place))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(signed(server, "kept")).isFalse();
        }
    }

    @Test
    void aListOfThePeersDoesNotLiftItEither() {
        try (SigningServer server = serve(false, true);
                GrpcClient client = new GrpcClient(server.server().grpcPort())) {
            ModelServerConfig.Builder wanted = ModelServerConfig.newBuilder();
            wanted.getModelConfigListBuilder()
                    .addConfigBuilder()
                    .setName("kept")
                    .setBasePath(models.resolve("other").toString());
            ReloadConfigResponse done = client.call(
                    "tensorflow.serving.ModelService/HandleReloadConfigRequest",
                    ReloadConfigRequest.newBuilder().setConfig(wanted).build(),
                    ReloadConfigResponse.getDefaultInstance());

            assertThat(done.getStatus().getErrorMessage()).isEmpty();
            assertThat(server.server().control().current().config().of("kept").location())
                    .endsWith("other");
            assertThat(signed(server, "kept")).isTrue();
        }
    }
}
