package dev.slipway.server.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.TestModels;
import dev.slipway.server.config.ServerOptions;
import dev.slipway.server.config.StartConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Archives of TorchServe and MXNet Model Server in a folder of models, asked as their clients ask. */
@Timeout(180)
class MarTest {
    private static final String NAMES =
            "[\"null\", \"eins\", \"zwei\", \"drei\", \"vier\", \"funf\", \"sechs\", \"sieben\", \"acht\", \"neun\"]";

    @TempDir
    static Path folder;

    /** Not in the repository. */
    @TempDir
    static Path cache;

    @RegisterExtension
    final SlipwayExtension slipway = SlipwayExtension.serving(MarTest::models)
            .with(options -> options.withOrigin(new ServerOptions.Origin(
                    null,
                    new StartConfig(
                            StartConfig.NONE.listeners(),
                            StartConfig.NONE.limits(),
                            null,
                            new StartConfig.Cache(cache.toString(), null)),
                    null)));

    private static Path models() {
        try {
            Map<String, byte[]> plain = new LinkedHashMap<>();
            plain.put("weights.onnx", TestModels.times(2, 3));
            mar("plain.mar", "base_handler", plain);
            mar("code.mar", "my_handler.py:handle", plain);
            Map<String, byte[]> named = new LinkedHashMap<>();
            named.put(
                    "weights.onnx",
                    Files.readAllBytes(SlipwayExtension.examples().resolve("digits/1/model.onnx")));
            named.put("index_to_name.json", NAMES.getBytes(StandardCharsets.UTF_8));
            mar("named.mar", "base_handler", named);
            zip(folder.resolve("bare.zip"), plain);
            mar("lacking.mar", "", Map.of("weights.onnx", TestModels.times(2, 3), "b.onnx", new byte[] {1}));
            Path corpus = TestModels.corpusOrNull();
            if (corpus != null) {
                Map<String, byte[]> pictures = new LinkedHashMap<>();
                pictures.put("weights.onnx", Files.readAllBytes(corpus.resolve("onnx/squeezenet-fp16/model.onnx")));
                pictures.put("synset.txt", Files.readAllBytes(corpus.resolve("data/labels/synset.txt")));
                mar("squeezenet.mar", "image_classifier", pictures);
            }
            return folder;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void mar(String name, String handler, Map<String, byte[]> files) throws IOException {
        Map<String, byte[]> all = new LinkedHashMap<>(files);
        String file = name.startsWith("lacking") ? "absent.onnx" : "weights.onnx";
        all.put("MAR-INF/MANIFEST.json", """
                {"createdOn": "21/11/2026", "runtime": "python", "archiverVersion": "0.12.0", "model": {"modelName": "x",
                 "serializedFile": "%s", "handler": "%s", "modelVersion": "1.0"}}
                """.formatted(file, handler).getBytes(StandardCharsets.UTF_8));
        zip(folder.resolve(name), all);
    }

    private static void zip(Path target, Map<String, byte[]> files) throws IOException {
        Path fresh = target.resolveSibling(target.getFileName() + ".tmp");
        try (OutputStream file = Files.newOutputStream(fresh);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (Map.Entry<String, byte[]> entry : files.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue());
            }
        }
        Files.move(fresh, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private String predict(String model) {
        return slipway.post("/predictions/" + model, "[1, 1]").body();
    }

    @Test
    void anArchiveIsServedAsWhatItHolds() {
        assertThat(predict("plain")).isEqualTo("[2.0,3.0]");
        assertThat(predict("bare")).isEqualTo("[2.0,3.0]");
    }

    @Test
    void otherProtocolsNameTheClassesOfAnArchiveToo() {
        String zeros = "0,".repeat(63) + "0";
        assertThat(slipway.post("/v2/models/named/infer", """
                        {"inputs": [{"name": "image", "datatype": "FP32", "shape": [1, 1, 8, 8], "data": [%s]}],
                         "outputs": [{"name": "probabilities", "parameters": {"classification": 10}}]}""".formatted(zeros)).body())
                .contains(":0:null\"", ":9:neun\"");
        assertThat(slipway.post("/v1/models/named:classify", "{\"examples\": [{\"image\": [%s]}]}".formatted(zeros))
                        .body())
                .contains("[\"null\",", "[\"neun\",");
    }

    @Test
    void anArchiveThatChangesIsTakenApartAgain() throws Exception {
        zip(folder.resolve("bare.zip"), Map.of("weights.onnx", TestModels.times(4, 5)));
        while (!predict("bare").equals("[4.0,5.0]")) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whatHasCodeOfItsOwnOrNoModelIsListedWithTheReason() {
        assertThat(slipway.get("/models/code").body())
                .contains(
                        "QUARANTINED",
                        "handler 'my_handler.py:handle', which is neither a file of Python in it nor known here");
        assertThat(slipway.get("/models/lacking").body()).contains("archive has no model 'absent.onnx'");
    }

    @Test
    void thePicturesOfAnImageClassifierAreAnsweredByItsClasses() throws Exception {
        Path corpus = TestModels.corpusOrNull();
        Assumptions.assumeTrue(corpus != null, "the corpus is not there");
        HttpRequest.Builder picture = HttpRequest.newBuilder(slipway.uri("/predictions/squeezenet"))
                .POST(HttpRequest.BodyPublishers.ofFile(corpus.resolve("data/images-animals/Cat.jpg")));
        assertThat(slipway.send(picture).body())
                .matches("\\[(\\{\"class\":\"n\\d{8} [^\"]+\",\"probability\":[0-9.e-]+},?){5}]")
                // A softmax of its softmax would leave each of the thousand with about a thousandth.
                .containsPattern("\\[\\{[^}]+\"probability\":0\\.0?[1-9]");
        HttpRequest.Builder counted = HttpRequest.newBuilder(slipway.uri("/v2/models/squeezenet/stats"));
        assertThat(slipway.send(counted).body())
                .as("what stands before the model is counted apart")
                .containsPattern("\"compute_input\":\\{\"count\":1,\"ns\":[1-9]");
        HttpRequest.Builder text = HttpRequest.newBuilder(slipway.uri("/predictions/squeezenet"))
                .POST(HttpRequest.BodyPublishers.ofString("no picture"));
        assertThat(slipway.send(text).statusCode()).isEqualTo(400);
    }
}
