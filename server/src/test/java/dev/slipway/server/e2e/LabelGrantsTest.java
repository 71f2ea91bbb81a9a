package dev.slipway.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.protocol.proto.tensorflow.Example;
import dev.slipway.protocol.proto.tensorflow.Feature;
import dev.slipway.protocol.proto.tensorflow.Features;
import dev.slipway.protocol.proto.tensorflow.FloatList;
import dev.slipway.protocol.proto.tensorflow.serving.InferenceTask;
import dev.slipway.protocol.proto.tensorflow.serving.ModelSpec;
import dev.slipway.protocol.proto.tensorflow.serving.MultiInferenceRequest;
import dev.slipway.protocol.proto.tensorflow.serving.MultiInferenceResponse;
import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.config.ModelForm;
import dev.slipway.server.config.ServerOptions;
import dev.slipway.server.config.StartConfig;
import dev.slipway.transforms.ChainSettings;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Who may ask for one label of a model asks for all that a request may ask of it, and for no other version. */
@Timeout(60)
class LabelGrantsTest {
    @TempDir
    static Path folder;

    @RegisterExtension
    static final SlipwayExtension SERVER =
            SlipwayExtension.serving(SlipwayExtension::examples).with(LabelGrantsTest::granted);

    /** The digits get names, and with them a second signature. */
    private static ServerOptions granted(ServerOptions options) {
        try {
            Path names =
                    Files.write(folder.resolve("names.txt"), List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"));
            Path access = Files.writeString(folder.resolve("access.yaml"), """
                    anonymous: tester
                    roles:
                      tester:
                        - {models: digits, labels: [canary], actions: [predict]}
                    """);
            return AllVersions.of(options, Map.of("digits", Map.of("canary", 2L)))
                    .withServing(serving -> serving.withModels(Map.of(
                            "digits",
                            serving.of("digits")
                                    .withForm(ModelForm.PLAIN.withChain(ChainSettings.NONE.withClasses(names))))))
                    .withCallers(new StartConfig.Callers(access.toString(), null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of two signatures, which are two runs. */
    private static MultiInferenceResponse ask(ModelSpec model) {
        FloatList image =
                FloatList.newBuilder().addAllValue(Collections.nCopies(64, 0f)).build();
        MultiInferenceRequest.Builder request = MultiInferenceRequest.newBuilder();
        request.getInputBuilder()
                .getExampleListBuilder()
                .addExamples(Example.newBuilder()
                        .setFeatures(Features.newBuilder()
                                .putFeature(
                                        "image",
                                        Feature.newBuilder().setFloatList(image).build())));
        for (String signature : List.of("tensors", "serving_default")) {
            request.addTasks(InferenceTask.newBuilder()
                    .setModelSpec(model.toBuilder().setSignatureName(signature))
                    .setMethodName("tensorflow/serving/classify"));
        }
        return SERVER.grpc()
                .call(
                        "tensorflow.serving.PredictionService/MultiInference",
                        request.build(),
                        MultiInferenceResponse.getDefaultInstance());
    }

    @Test
    void aRequestOfSeveralRunsIsForTheLabelThroughout() {
        ModelSpec digits = ModelSpec.newBuilder().setName("digits").build();

        assertThat(ask(digits.toBuilder().setVersionLabel("canary").build()).getResultsList())
                .extracting(result -> result.getModelSpec().getVersion().getValue())
                .containsExactly(2L, 2L);
        assertThatThrownBy(() -> ask(digits))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("may not predict");
    }
}
