package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.slipway.access.key.KeyEditor;
import dev.slipway.access.key.KeyRights;
import dev.slipway.access.key.Lifetime;
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import dev.slipway.protocol.proto.inference.ModelInferResponse;
import dev.slipway.server.config.StartConfig;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Limits of those who ask, and of models, through the ports of a whole server. */
@Timeout(120)
class LimitsServingTest {
    private static final String ROW = "[5.1, 3.5, 1.4, 0.2]";
    private static final Metadata.Key<String> PUSHBACK =
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);
    /** It has no such dtype. */
    private static final ModelInferRequest BROKEN = ModelInferRequest.newBuilder()
            .setModelName("iris")
            .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                    .setName("input")
                    .setDatatype("FP31")
                    .addShape(1)
                    .addShape(4))
            .build();

    private static final String RULES = """
            keys: keys.txt
            anonymous: [caller]
            tenants:
              batch: {members: 'key:batch-*', weight: 2}
            limits:
              - {who: tenant:batch, models: 'iri*', requests: 2/s}
              - {who: key:bulk, bytes: 100KiB/s}
              - {who: anonymous, requests: 1/h}
            """;

    @TempDir
    private Path folder;

    private final AtomicLong nanos = new AtomicLong();

    @RegisterExtension
    final SlipwayExtension slipway = SlipwayExtension.serving(this::models)
            .timedBy(nanos::get)
            .with(options -> options.withCallers(new StartConfig.Callers(rules(RULES), null)));

    private Path models() {
        try {
            byte[] iris = Files.readAllBytes(SlipwayExtension.examples().resolve("iris/1/model.onnx"));
            TestModels.write(folder.resolve("models/iris/1"), iris);
            TestModels.write(folder.resolve("models/flower/1"), iris);
            Files.writeString(folder.resolve("models/flower/slipway.yaml"), "limits: {rows: 10/s}\n");
            Files.writeString(folder.resolve("keys.txt"), "");
            return folder.resolve("models");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String rules(String text) {
        try {
            return Files.writeString(folder.resolve("access.yaml"), text).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A key that is known. */
    private String key(String name) throws IOException {
        KeyRights rights = new KeyRights(Set.of("admin"), Set.of(), Set.of());
        String key = new KeyEditor(folder.resolve("keys.txt"))
                .create(name, rights, new Lifetime(Instant.now(), null, null), new SecureRandom());
        Await.until(
                () -> slipway.send(HttpRequest.newBuilder(slipway.uri("/slipway/v1/config"))
                                        .header("X-API-Key", key)
                                        .GET())
                                .statusCode()
                        == 200,
                "the new key is known");
        return key;
    }

    private HttpResponse<String> predict(String key, String model, String body) {
        return slipway.send(HttpRequest.newBuilder(slipway.uri("/v1/models/" + model + ":predict"))
                .header("Content-Type", "application/json")
                .header("X-API-Key", key)
                .POST(BodyPublishers.ofString(body)));
    }

    private static String rows(int count) {
        return "{\"instances\": [" + ROW + (", " + ROW).repeat(count - 1) + "]}";
    }

    private static void assertRefused(HttpResponse<String> answer, String retryAfter, String message) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue(retryAfter);
        assertThat(answer.body()).contains(message);
    }

    private StatusRuntimeException refusedOverGrpc(String key, String model) {
        return catchThrowableOfType(StatusRuntimeException.class, () -> infer(key, model));
    }

    private ModelInferResponse infer(String key, String model) {
        ByteBuffer row = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        row.putFloat(5.1f).putFloat(3.5f).putFloat(1.4f).putFloat(0.2f).flip();
        return slipway.grpc()
                .with("x-api-key", key)
                .call(
                        "inference.GRPCInferenceService/ModelInfer",
                        ModelInferRequest.newBuilder()
                                .setModelName(model)
                                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                                        .setName("input")
                                        .setDatatype("FP32")
                                        .addShape(1)
                                        .addShape(4))
                                .addRawInputContents(ByteString.copyFrom(row))
                                .build(),
                        ModelInferResponse.getDefaultInstance());
    }

    @Test
    void aTenantsRateIsKeptOverBothProtocolsAndComesBackWithTime() throws IOException {
        String one = key("batch-1");
        String two = key("batch-2");
        String other = key("web");
        assertThat(predict(one, "iris", rows(1)).statusCode()).isEqualTo(200);
        assertThat(predict(two, "iris", rows(1)).statusCode()).isEqualTo(200);
        String message = "tenant 'batch' may ask of models 'iri*' 2 requests a second (retry in 500 ms)";
        assertRefused(predict(one, "iris", rows(1)), "1", message);
        StatusRuntimeException refusal = refusedOverGrpc(two, "iris");
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(refusal.getStatus().getDescription()).contains(message);
        assertThat(refusal.getTrailers().get(PUSHBACK)).isEqualTo("500");
        assertThat(predict(one, "flower", rows(1)).statusCode()).isEqualTo(200);
        assertThat(predict(other, "iris", rows(1)).statusCode()).isEqualTo(200);

        nanos.addAndGet(Duration.ofMillis(499).toNanos());
        assertThat(refusedOverGrpc(one, "iris").getTrailers().get(PUSHBACK)).isEqualTo("1");
        nanos.addAndGet(Duration.ofMillis(1).toNanos());
        assertThat(predict(two, "iris", rows(1)).statusCode()).isEqualTo(200);
        assertThat(predict(two, "iris", rows(1)).statusCode()).isEqualTo(429);

        assertThat(slipway.send(HttpRequest.newBuilder(slipway.uri("/metrics"))
                                .header("X-API-Key", other)
                                .GET())
                        .body())
                .contains("slipway_limited_total{limit=\"requests\",model=\"iris\"} 4.0");
    }

    @Test
    void thoseWhoShowNothingHaveOneShareTogether() {
        HttpResponse<String> first = slipway.post("/v1/models/iris:predict", rows(1));
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertRefused(
                slipway.post("/v1/models/iris:predict", rows(1)),
                "3600",
                "those who show nothing may ask 1 request an hour (retry in 3600 s)");
    }

    /** Of a short one all is read at once, and nothing is let in before that. */
    @Test
    void shortMessagesThatCannotBeReadCount() {
        assertThat(refusedOverGrpc(BROKEN).getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        Status second = refusedOverGrpc(BROKEN).getStatus();
        assertThat(second.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(second.getDescription()).contains("those who show nothing may ask 1 request an hour");
        ModelInferRequest unknown = BROKEN.toBuilder().setModelName("unknown").build();
        assertThat(refusedOverGrpc(unknown).getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    private StatusRuntimeException refusedOverGrpc(ModelInferRequest request) {
        return catchThrowableOfType(
                StatusRuntimeException.class,
                () -> slipway.grpc()
                        .call(
                                "inference.GRPCInferenceService/ModelInfer",
                                request,
                                ModelInferResponse.getDefaultInstance()));
    }

    @Test
    void aModelsRowsCountOverAllWhoAsk() throws IOException {
        String one = key("one");
        assertThat(predict(one, "flower", rows(8)).statusCode()).isEqualTo(200);
        assertRefused(
                predict(key("two"), "flower", rows(3)), "1", "model 'flower' takes 10 rows a second (retry in 100 ms)");
        assertThat(predict(one, "flower", rows(2)).statusCode()).isEqualTo(200);
        assertThat(predict(one, "iris", rows(50)).statusCode()).isEqualTo(200);
        nanos.addAndGet(Duration.ofMillis(1500).toNanos());
        assertThat(predict(one, "flower", rows(10)).statusCode()).isEqualTo(200);
        assertThat(refusedOverGrpc(one, "flower").getTrailers().get(PUSHBACK)).isEqualTo("100");
    }

    @Test
    void bytesCountBeforeTheyAreRead() throws IOException {
        String bulk = key("bulk");
        String large = " ".repeat(80 << 10) + "{no JSON";
        assertThat(predict(bulk, "iris", large).statusCode()).isEqualTo(400);
        assertRefused(predict(bulk, "iris", large), "1", "key:bulk may ask 100.0 KiB a second (retry in 60");
        assertThat(predict(bulk, "iris", rows(1)).statusCode()).isEqualTo(200);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(predict(bulk, "iris", large).statusCode()).isEqualTo(400);
    }

    @Test
    void otherRulesCountWithoutARestartAndBrokenOnesDoNot() throws IOException {
        String batch = key("batch-1");
        assertThat(predict(batch, "iris", rows(1)).statusCode()).isEqualTo(200);
        assertThat(predict(batch, "iris", rows(1)).statusCode()).isEqualTo(200);
        assertThat(predict(batch, "iris", rows(1)).statusCode()).isEqualTo(429);
        rules(RULES.replace("requests: 2/s", "requests: 2/s, burst: 3s"));
        Await.until(() -> predict(batch, "iris", rows(1)).statusCode() == 200, "a larger burst counts");
        rules(RULES.replace("requests: 2/s", "requests: often"));
        Await.until(
                () -> slipway.send(HttpRequest.newBuilder(slipway.uri("/metrics"))
                                .header("X-API-Key", batch)
                                .GET())
                        .body()
                        .contains("slipway_access_faults 1.0"),
                "the broken file is told of");
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        for (int i = 0; i < 6; i++) {
            assertThat(predict(batch, "iris", rows(1)).statusCode()).isEqualTo(200);
        }
        assertThat(predict(batch, "iris", rows(1)).statusCode()).isEqualTo(429);
    }

    @Test
    void otherLimitsOfAModelCountWithoutARestart() throws IOException {
        String admin = key("admin");
        assertThat(predict(admin, "flower", rows(10)).statusCode()).isEqualTo(200);
        assertThat(predict(admin, "flower", rows(1)).statusCode()).isEqualTo(429);
        put(admin, "flower: {limits: none}, iris: {limits: {requests: 1/h}}");
        assertThat(predict(admin, "flower", rows(1000)).statusCode()).isEqualTo(200);
        assertThat(predict(admin, "iris", rows(1)).statusCode()).isEqualTo(200);
        assertRefused(predict(admin, "iris", rows(1)), "3600", "model 'iris' takes 1 request an hour");
        put(admin, "iris: {limits: {concurrent: 4}}");
        assertThat(predict(admin, "iris", rows(1)).statusCode()).isEqualTo(200);
        assertThat(slipway.send(HttpRequest.newBuilder(slipway.uri("/slipway/v1/config"))
                                .header("X-API-Key", admin)
                                .GET())
                        .body())
                .containsPattern("limits:\\s+concurrent: 4");
    }

    private void put(String key, String models) {
        HttpResponse<String> done = slipway.send(HttpRequest.newBuilder(slipway.uri("/slipway/v1/config"))
                .header("X-API-Key", key)
                .PUT(BodyPublishers.ofString("repository: " + folder.resolve("models")
                        + "\nsettle_time: 50ms\nmodels: {" + models + "}\n")));
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
    }
}
