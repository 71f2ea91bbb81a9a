package dev.slipway.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.access.key.KeyEditor;
import dev.slipway.access.key.KeyRights;
import dev.slipway.access.key.Lifetime;
import dev.slipway.protocol.proto.inference.InferParameter;
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import dev.slipway.protocol.proto.inference.ModelInferResponse;
import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.TestModels;
import dev.slipway.server.config.StartConfig;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may ask one model uses no memory that another has registered, neither to read nor to write. */
@Timeout(60)
class SharedMemoryAccessTest {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final String INFER = "/v2/models/times/infer";

    @TempDir
    static Path folder;

    private static String ownersKey = "";

    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(SharedMemoryAccessTest::models)
            .with(options -> AllVersions.of(options)
                    .withTriton(new StartConfig.Triton(true, null))
                    .withCallers(new StartConfig.Callers(rules(), null)));

    private final String key = "slipway-test-" + UUID.randomUUID();

    private static Path models() {
        try {
            TestModels.write(folder.resolve("models/times/1"), TestModels.times(2, 3));
            return folder.resolve("models");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everybody may ask the one model that there is; the owner may ask all. */
    private static String rules() {
        try {
            Path keys = Files.createFile(folder.resolve("keys.txt"));
            ownersKey = new KeyEditor(keys)
                    .create(
                            "owner",
                            new KeyRights(Set.of("caller"), Set.of(), Set.of()),
                            new Lifetime(Instant.now(), null, null),
                            new SecureRandom());
            return Files.writeString(folder.resolve("access.yaml"), """
                            keys: keys.txt
                            anonymous: tenant
                            roles:
                              tenant:
                                - {models: times, actions: [predict]}
                            """).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeAll
    static void needsSharedMemory() {
        assumeTrue(Files.isDirectory(MEMORY), "no /dev/shm here");
    }

    @BeforeEach
    void register() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(MEMORY.resolve(key), bytes.putFloat(0, 1).putFloat(4, 10).array());
        HttpResponse<String> registered = asOwner(
                "/v2/systemsharedmemory/region/owners/register", "{\"key\": \"%s\", \"byte_size\": 16}".formatted(key));
        assertThat(registered.statusCode()).as(registered.body()).isEqualTo(200);
    }

    @AfterEach
    void unregister() throws IOException {
        asOwner("/v2/systemsharedmemory/unregister", "");
        Files.deleteIfExists(MEMORY.resolve(key));
    }

    private static HttpResponse<String> asOwner(String path, String body) {
        return SERVER.send(HttpRequest.newBuilder(SERVER.uri(path))
                .header("Content-Type", "application/json")
                .header("X-API-Key", ownersKey)
                .POST(BodyPublishers.ofString(body)));
    }

    private static String reading(String region) {
        return """
                {"inputs": [{"name": "X", "datatype": "FP32", "shape": [2], "parameters": {
                    "shared_memory_region": "%s", "shared_memory_byte_size": 8}}]}""".formatted(region);
    }

    private static String writing(String region) {
        return """
                {"inputs": [{"name": "X", "datatype": "FP32", "shape": [2], "data": [3, 4]}],
                 "outputs": [{"name": "Y", "parameters": {
                    "shared_memory_region": "%s", "shared_memory_offset": 8, "shared_memory_byte_size": 8}}]}""".formatted(region);
    }

    @Test
    void whoMayAskTheModelAloneReadsAndWritesNone() throws IOException {
        byte[] before = Files.readAllBytes(MEMORY.resolve(key));
        for (String request : new String[] {reading("owners"), writing("owners"), reading("none"), writing("none")}) {
            HttpResponse<String> answer = SERVER.post(INFER, request);

            assertThat(answer.statusCode()).as(request).isEqualTo(401);
            assertThat(answer.body()).contains("may not predict the server");
        }
        assertThat(Files.readAllBytes(MEMORY.resolve(key))).isEqualTo(before);
        assertThat(SERVER.post(INFER, writing("none").replaceAll("(?s),\\s*\"outputs.*", "}"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void whoMayAskAllDoes() throws IOException {
        assertThat(asOwner(INFER, reading("owners")).body()).contains("\"data\":[2.0,30.0]");
        assertThat(asOwner(INFER, writing("owners")).statusCode()).isEqualTo(200);
        ByteBuffer after =
                ByteBuffer.wrap(Files.readAllBytes(MEMORY.resolve(key))).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(after.getFloat(8)).isEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ModelInfer", "ModelStreamInfer"})
    void norDoesItOverGrpc(String method) {
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName("times");
        request.addInputsBuilder()
                .setName("X")
                .setDatatype("FP32")
                .addShape(2)
                .putParameters(
                        "shared_memory_region",
                        InferParameter.newBuilder().setStringParam("owners").build())
                .putParameters(
                        "shared_memory_byte_size",
                        InferParameter.newBuilder().setInt64Param(8).build());
        String called = "inference.GRPCInferenceService/" + method;
        if (method.equals("ModelStreamInfer")) {
            byte[] answer = SERVER.grpc().callRaw(called, request.build().toByteArray());
            assertThat(new String(answer, StandardCharsets.UTF_8)).contains("may not predict the server");
        } else {
            assertThatThrownBy(
                            () -> SERVER.grpc().call(called, request.build(), ModelInferResponse.getDefaultInstance()))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageContaining("may not predict the server");
        }
    }
}
