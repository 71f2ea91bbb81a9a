package dev.slipway.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import dev.slipway.backend.onnx.Json;
import dev.slipway.server.SlipwayExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What was it that answered, and would it answer the same again? */
class ReproducibleTest {
    private static final String HEADER = "slipway-model";
    private static final String BODY = "{\"instances\": [1.0, 2.0, 5.0]}";

    @TempDir
    static Path temp;

    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(ReproducibleTest::models);

    private static Path models() {
        try {
            put("plain", "");
            put("exact", "deterministic: true\n");
            put("strange", "parameters: {saved_model_tags: serve}\n");
            put("described", "signature: {inputs: {x: {shape: [-1]}}, outputs: {y: {shape: [-1]}}}\n");
            return temp;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void put(String name, String settings) throws IOException {
        Path folder = Files.createDirectories(temp.resolve(name));
        Files.createDirectories(folder.resolve("1"));
        Files.copy(half(), folder.resolve("1/model.onnx"));
        if (!settings.isEmpty()) {
            Files.writeString(folder.resolve("slipway.yaml"), settings);
        }
    }

    private static Path half() {
        return Path.of(System.getProperty("slipway.root"), "conformance/models/half_plus_two/123/model.onnx");
    }

    @Test
    void everyAnswerNamesWhatItCameFrom() throws Exception {
        HttpResponse<String> answer = SERVER.post("/v1/models/plain:predict", BODY);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String header = answer.headers().firstValue(HEADER).orElseThrow();
        assertThat(header)
                .startsWith("sha256=\"" + sha256(half()) + "\", format=\"onnx\"")
                .contains("runtime=\"ONNX Runtime 1.")
                .doesNotContain("deterministic");
        String v2 =
                "{\"inputs\": [{\"name\": \"x\", \"datatype\": \"FP32\", \"shape\": [3], \"data\": [1.0, 2.0, 5.0]}]}";
        assertThat(SERVER.post("/v2/models/plain/infer", v2).headers().firstValue(HEADER))
                .hasValue(header);
        assertThat(SERVER.post("/predictions/exact", "1.0").headers().firstValue(HEADER))
                .hasValueSatisfying(other -> assertThat(other).startsWith(header.substring(0, 80)));
    }

    @Test
    void aDeterministicModelSaysSoAndAnswersTheSame() {
        HttpResponse<String> answer = SERVER.post("/v1/models/exact:predict", BODY);
        assertThat(answer.headers().firstValue(HEADER))
                .hasValueSatisfying(value -> assertThat(value).endsWith(", deterministic"));
        assertThat(answer.body())
                .isEqualTo(SERVER.post("/v1/models/plain:predict", BODY).body());
    }

    @Test
    void theMetadataHasItToo() throws Exception {
        Map<String, Object> metadata = Json.read(SERVER.get("/v2/models/exact").body());
        assertThat(metadata.get("properties"))
                .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("sha256", sha256(half()))
                .containsEntry("format", "onnx")
                .containsEntry("deterministic", "true")
                .containsKey("runtime")
                .doesNotContainKey(HEADER);
    }

    @Test
    void whatAFormatHasNoUseForIsRefused() {
        assertThat(version("strange").error())
                .hasMessageContaining("parameters: 'saved_model_tags' said of a model of format onnx (expected: none)");
        assertThat(version("described").error())
                .hasMessageContaining("signature: said of a model of format onnx, whose files have one");
        assertThat(version("strange").state()).isEqualTo(VersionState.QUARANTINED);
    }

    private static VersionStatus version(String model) {
        return SERVER.server().statuses().get(model).versions().get(0);
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
