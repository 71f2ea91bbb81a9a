package dev.slipway.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.TestModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a model server is first shown with: a picture sent by curl, and one by TensorFlow Serving's old client. */
@Timeout(180)
class DemonstrationsTest {
    /** What this SqueezeNet was trained with. */
    private static final String INPUT = "input: {type: image, resize: shortest 256, channels: BGR, scale: 1}\n";

    /** The place of the tabby in ImageNet's classes, and of its like. */
    private static final String CATS = "28[1-5]";

    @TempDir
    static Path folder;

    @RegisterExtension
    static final SlipwayExtension SLIPWAY = SlipwayExtension.serving(DemonstrationsTest::models);

    private static Path models() {
        try {
            Path corpus = TestModels.corpusOrNull();
            if (corpus == null) {
                return SlipwayExtension.examples();
            }
            for (String name : List.of("squeezenet", "resnet")) {
                TestModels.write(
                        folder.resolve(name), Files.readAllBytes(corpus.resolve("onnx/squeezenet-fp16/model.onnx")));
            }
            Files.copy(corpus.resolve("data/labels/synset.txt"), folder.resolve("squeezenet/synset.txt"));
            Files.writeString(
                    folder.resolve("squeezenet/slipway.yaml"), INPUT + "output: squeeze\nclasses: synset.txt\n");
            Files.writeString(
                    folder.resolve("resnet/slipway.yaml"),
                    INPUT + "output: [{name: classes, apply: [argmax]}, {name: probabilities, apply: [squeeze]}]\n");
            return folder;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** What a program prints; skips the test where it can't be run. */
    private static String run(String... command) throws Exception {
        Assumptions.assumeTrue(TestModels.corpusOrNull() != null, "the corpus is not there");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            Assumptions.abort("'%s' is not there: %s".formatted(command[0], e.getMessage()));
            return "";
        }
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isZero();
        return printed;
    }

    private static String cat() {
        Path corpus = TestModels.corpusOrNull();
        return corpus == null
                ? ""
                : corpus.resolve("data/images-animals/Cat.jpg").toString();
    }

    @Test
    void curlSendsAPictureAndIsAnsweredTheFiveLikeliestClasses() throws Exception {
        String answer = run("curl", "-s", SLIPWAY.uri("/predictions/squeezenet").toString(), "-T", cat());
        assertThat(answer).matches("\\[(\\{\"class\":\"n\\d{8} [^\"]+\",\"probability\":[0-9.e-]+},?){5}]");
        assertThat(answer).matches("\\[\\{\"class\":\"n0212[0-9]{4} [^\"]*\\bcat\\b.*");
    }

    @Test
    void theClientOfTensorFlowServingPrintsTheClassAndTheLatency() throws Exception {
        Path script = folder.resolve("resnet_client.py");
        try (var in = DemonstrationsTest.class.getResourceAsStream("/clients/resnet_client.py")) {
            Files.write(script, in.readAllBytes());
        }
        String printed = run(
                "python3",
                script.toString(),
                SLIPWAY.uri("/v1/models/resnet:predict").toString(),
                cat());
        assertThat(printed).matches("Prediction class: " + CATS + ", avg latency: \\d+\\.\\d{3} ms\\R");
    }
}
