package dev.slipway.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.slipway.protocol.proto.inference.InferParameter;
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import dev.slipway.protocol.proto.inference.ModelInferResponse;
import dev.slipway.protocol.proto.inference.SystemSharedMemoryRegisterRequest;
import dev.slipway.protocol.proto.inference.SystemSharedMemoryRegisterResponse;
import dev.slipway.protocol.proto.inference.SystemSharedMemoryStatusRequest;
import dev.slipway.protocol.proto.inference.SystemSharedMemoryStatusResponse;
import dev.slipway.protocol.proto.inference.SystemSharedMemoryUnregisterRequest;
import dev.slipway.protocol.proto.inference.SystemSharedMemoryUnregisterResponse;
import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.TestModels;
import dev.slipway.server.config.StartConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors in system shared memory, over REST and gRPC. */
class SharedMemoryTest {
    private static final String SERVICE = "inference.GRPCInferenceService/";
    private static final Path MEMORY = Path.of("/dev/shm");

    @TempDir
    static Path folder;

    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(SharedMemoryTest::models)
            .with(options -> AllVersions.of(options).withTriton(new StartConfig.Triton(true, null)));

    private final String key = "slipway-test-" + UUID.randomUUID();

    private static Path models() {
        try {
            TestModels.write(folder.resolve("times/1"), TestModels.times(2, 3));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeAll
    static void needsSharedMemory() {
        assumeTrue(Files.isDirectory(MEMORY), "no /dev/shm here");
    }

    /** 8 bytes of something else, [1, 10], and place for an answer. */
    @BeforeEach
    void makeMemory() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(MEMORY.resolve(key), bytes.putFloat(8, 1).putFloat(12, 10).array());
    }

    @AfterEach
    void removeMemory() throws IOException {
        SERVER.post("/v2/systemsharedmemory/unregister", "");
        Files.deleteIfExists(MEMORY.resolve(key));
    }

    private HttpResponse<String> register(String name, long offset, long byteSize) {
        return SERVER.post(
                "/v2/systemsharedmemory/region/" + name + "/register",
                "{\"key\": \"/%s\", \"offset\": %d, \"byte_size\": %d}".formatted(key, offset, byteSize));
    }

    private static String infer(String input, String output) {
        return """
                {"inputs": [{"name": "X", "datatype": "FP32", "shape": [2], "parameters": {%s}}],
                 "outputs": [{"name": "Y"%s}]}""".formatted(input, output.isEmpty() ? "" : ", \"parameters\": {" + output + "}");
    }

    private static String place(String region, long offset, long bytes) {
        return "\"shared_memory_region\": \"%s\", \"shared_memory_offset\": %d, \"shared_memory_byte_size\": %d"
                .formatted(region, offset, bytes);
    }

    private float[] answer(int at) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.wrap(Files.readAllBytes(MEMORY.resolve(key))).order(ByteOrder.LITTLE_ENDIAN);
        return new float[] {bytes.getFloat(at), bytes.getFloat(at + 4)};
    }

    private static <T extends Message> T call(String method, Message request, T empty) {
        return SERVER.grpc().call(SERVICE + method, request, empty);
    }

    @Test
    void restTakesInputsAndLeavesOutputsThere() throws IOException {
        assertThat(register("all", 8, 56).statusCode()).isEqualTo(200);
        assertThat(SERVER.get("/v2/systemsharedmemory/region/all/status").body())
                .isEqualTo("[{\"name\":\"all\",\"key\":\"/%s\",\"offset\":8,\"byte_size\":56}]".formatted(key));

        HttpResponse<String> answer =
                SERVER.post("/v2/models/times/infer", infer(place("all", 0, 8), place("all", 16, 32)));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body())
                .contains("\"shape\":[2],\"parameters\":{\"shared_memory_region\":\"all\",\"shared_memory_offset\":16,"
                        + "\"shared_memory_byte_size\":8}}")
                .doesNotContain("\"data\"");
        assertThat(answer(24)).containsExactly(2, 30);
        assertThat(SERVER.post("/v2/models/times/infer", infer(place("all", 0, 8), ""))
                        .body())
                .contains("\"data\":[2.0,30.0]");
    }

    @Test
    void grpcTakesInputsAndLeavesOutputsThere() throws IOException {
        call(
                "SystemSharedMemoryRegister",
                SystemSharedMemoryRegisterRequest.newBuilder()
                        .setName("all")
                        .setKey(key)
                        .setByteSize(64)
                        .build(),
                SystemSharedMemoryRegisterResponse.getDefaultInstance());
        assertThat(call(
                                "SystemSharedMemoryStatus",
                                SystemSharedMemoryStatusRequest.getDefaultInstance(),
                                SystemSharedMemoryStatusResponse.getDefaultInstance())
                        .getRegionsMap()
                        .get("all")
                        .getByteSize())
                .isEqualTo(64);

        ModelInferRequest.InferInputTensor.Builder input = ModelInferRequest.InferInputTensor.newBuilder()
                .setName("X")
                .setDatatype("FP32")
                .addShape(2)
                .putParameters("shared_memory_region", text("all"))
                .putParameters("shared_memory_offset", number(8))
                .putParameters("shared_memory_byte_size", number(8));
        ModelInferRequest.Builder request =
                ModelInferRequest.newBuilder().setModelName("times").addInputs(input);
        ModelInferResponse here = call("ModelInfer", request.build(), ModelInferResponse.getDefaultInstance());
        assertThat(here.getRawOutputContents(0)
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getFloat(4))
                .isEqualTo(30f);
        request.addOutputs(ModelInferRequest.InferRequestedOutputTensor.newBuilder()
                .setName("Y")
                .putParameters("shared_memory_region", text("all"))
                .putParameters("shared_memory_offset", number(40))
                .putParameters("shared_memory_byte_size", number(8)));
        ModelInferResponse there = call("ModelInfer", request.build(), ModelInferResponse.getDefaultInstance());
        assertThat(there.getRawOutputContentsList()).containsExactly(ByteString.EMPTY);
        assertThat(there.getOutputs(0).getParametersMap())
                .containsEntry("shared_memory_region", text("all"))
                .containsEntry("shared_memory_offset", number(40))
                .containsEntry("shared_memory_byte_size", number(8));
        assertThat(answer(40)).containsExactly(2, 30);

        call(
                "SystemSharedMemoryUnregister",
                SystemSharedMemoryUnregisterRequest.newBuilder().setName("all").build(),
                SystemSharedMemoryUnregisterResponse.getDefaultInstance());
        assertThatThrownBy(() -> call("ModelInfer", request.build(), ModelInferResponse.getDefaultInstance()))
                .hasMessageContaining("NOT_FOUND: shared memory region 'all' is not registered");
    }

    private static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }

    private static InferParameter number(long value) {
        return InferParameter.newBuilder().setInt64Param(value).build();
    }

    @Test
    void placesOutsideOfARegionAreRefused() {
        assertThat(register("part", 8, 16).statusCode()).isEqualTo(200);
        for (String place :
                new String[] {place("part", 12, 8), place("part", 9_000_000_000L, 8), place("part", 0, 17)}) {
            HttpResponse<String> answer = SERVER.post("/v2/models/times/infer", infer(place, ""));
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("shared memory region 'part' has 16 bytes, and a tensor wants");
        }
        assertThat(SERVER.post("/v2/models/times/infer", infer(place("part", 0, 8), place("part", 0, 4)))
                        .body())
                .contains("shared memory region 'part' has a place of 4 bytes for an output (expected: at least 8)");
        assertThat(SERVER.post("/v2/models/times/infer", infer(place("part", 0, 4), ""))
                        .body())
                .contains("input 'X' has 4 bytes of data (expected: 8 for FP32[2])");
        assertThat(SERVER.post("/v2/models/times/infer", infer(place("nobody", 0, 8), ""))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void memoryThatWasMadeShorterIsAnErrorAndNoEnd() throws IOException {
        assertThat(register("all", 0, 64).statusCode()).isEqualTo(200);
        Files.write(MEMORY.resolve(key), new byte[12]);
        HttpResponse<String> read = SERVER.post("/v2/models/times/infer", infer(place("all", 8, 8), ""));
        assertThat(read.statusCode()).isEqualTo(400);
        assertThat(read.body()).contains("was made shorter than what was registered");
        HttpResponse<String> write =
                SERVER.post("/v2/models/times/infer", infer(place("all", 0, 8), place("all", 56, 8)));
        assertThat(write.statusCode()).isEqualTo(400);
        assertThat(Files.size(MEMORY.resolve(key))).isEqualTo(12);
    }

    @Test
    void regionsHaveOneNameAndLieWithinTheirMemory() {
        assertThat(register("one", 0, 64).statusCode()).isEqualTo(200);
        assertThat(register("one", 0, 64).statusCode()).isEqualTo(409);
        assertThat(register("two", 1, 64).body()).contains("(expected: within its 64 bytes)");
        assertThat(register("two", Long.MAX_VALUE, 64).statusCode()).isEqualTo(400);
        assertThat(register("two", 0, 0).statusCode()).isEqualTo(400);
        assertThat(register("two", -1, 8).statusCode()).isEqualTo(400);
        assertThat(SERVER.post("/v2/systemsharedmemory/region/one/unregister", "")
                        .statusCode())
                .isEqualTo(200);
        assertThat(SERVER.get("/v2/systemsharedmemory/status").body()).isEqualTo("[]");
        assertThat(SERVER.get("/v2/systemsharedmemory/region/one/status").statusCode())
                .isEqualTo(404);
        assertThat(SERVER.get("/v2").body()).contains("\"system_shared_memory\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../etc/hostname", "/../etc/hostname", "a/b", "", "/", "..", ".", "nothing-of-that-name"})
    void keysNameSharedMemoryOnly(String escaping) {
        HttpResponse<String> answer = SERVER.post(
                "/v2/systemsharedmemory/region/r/register", "{\"key\": \"%s\", \"byte_size\": 1}".formatted(escaping));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("shared memory key '" + escaping + "'");
    }

    @Test
    void linksOutOfSharedMemoryAreNotFollowed() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "12345678");
        Path link = MEMORY.resolve(key + "-link");
        Files.createSymbolicLink(link, secret);
        try {
            HttpResponse<String> answer = SERVER.post(
                    "/v2/systemsharedmemory/region/r/register",
                    "{\"key\": \"%s-link\", \"byte_size\": 8}".formatted(key));
            assertThat(answer.statusCode()).isEqualTo(400);
        } finally {
            Files.delete(link);
        }
    }
}
