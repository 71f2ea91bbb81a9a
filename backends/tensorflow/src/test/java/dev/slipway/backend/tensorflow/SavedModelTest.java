package dev.slipway.backend.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendSettings;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.LoadOptions;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SavedModelTest {
    @TempDir
    Path folder;

    private final Backend backend = TestModels.open();

    private Path write(byte[] savedModel) throws Exception {
        Files.write(folder.resolve(ModelFiles.SAVED_MODEL), savedModel);
        return folder;
    }

    private static GraphFile doubling() {
        return new GraphFile()
                .placeholder("in", GraphFile.FLOAT, -1, 2)
                .node("out", "AddV2", GraphFile.FLOAT, "in", "in");
    }

    private static void assertRefused(ThrowingCallable call, ErrorCode code, String... messages) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(code))
                .satisfies(e -> assertThat(e.getMessage()).contains(messages));
    }

    @Test
    void saysWhatTheFileSays() {
        ModelDescription description =
                TestModels.loader(backend, TestModels.resource("half-plus-two")).describe();
        assertThat(description.platform()).isEqualTo("tensorflow_savedmodel");
        assertThat(description.signatures().keySet())
                .containsExactly(
                        "serving_default", "classify_x_to_y", "regress_x2_to_y3", "regress_x_to_y", "regress_x_to_y2");
        assertThat(description
                        .signatures()
                        .get("serving_default")
                        .outputs()
                        .get(0)
                        .shape())
                .isEqualTo(Shape.hint(-1, 1));
        assertThat(description.metadata())
                .containsEntry("producer", "tensorflow")
                .containsEntry("tags", "serve")
                .containsEntry("method_name.regress_x_to_y", "tensorflow/serving/regress")
                .containsEntry("method_name.classify_x_to_y", "tensorflow/serving/classify");
    }

    @Test
    void findsItWhereTritonPutsIt() throws Exception {
        TestModels.copy(TestModels.resource("half-plus-two"), folder.resolve("1/model.savedmodel"));
        Loader loader = TestModels.loader(backend, folder.resolve("1"));
        assertThat(loader.path()).isEqualTo(folder.resolve("1/model.savedmodel"));
        loader.load().close();
    }

    @Test
    void namesTheTagsThatThereAre() throws Exception {
        Path model = write(doubling().toSavedModel("gpu", "in:0", "out:0", ""));
        assertRefused(
                () -> TestModels.loader(backend, model).describe(), ErrorCode.INVALID_ARGUMENT, "'gpu'", "'serve'");
        Loader told = TestModels.loader(backend, model).with(TestModels.parameter("saved_model_tags", "gpu"));
        assertThat(told.describe().metadata()).containsEntry("tags", "gpu");
        told.load().close();
    }

    @Test
    void refusesATensorThatTheGraphLacks() throws Exception {
        Path model = write(doubling().toSavedModel("serve", "in:0", "elsewhere:0", ""));
        assertRefused(
                () -> TestModels.loader(backend, model).describe(), ErrorCode.INVALID_ARGUMENT, "'y'", "elsewhere:0");
    }

    @Test
    void refusesAnOutputThatTheNodeLacks() throws Exception {
        Path model = write(doubling().toSavedModel("serve", "in:0", "out:7", ""));
        assertRefused(() -> TestModels.loader(backend, model).load(), ErrorCode.INVALID_ARGUMENT, "'y'", "output 7");
        assertThat(backend.report().models()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "/etc/hostname", "missing.txt", "."})
    void refusesAssetsThatAreNotInTheirFolder(String asset) throws Exception {
        Files.writeString(folder.resolve("secret"), "s");
        Path model = write(doubling().toSavedModel("serve", "in:0", "out:0", asset));
        assertRefused(() -> TestModels.loader(backend, model).describe(), ErrorCode.INVALID_ARGUMENT, asset);
    }

    @Test
    void countsWhatConstantsWillTake() throws Exception {
        Path model = write(doubling().zeros("large", 1 << 20, 1 << 20).toSavedModel("serve", "in:0", "out:0", ""));
        assertThat(TestModels.loader(backend, model).describe().memoryBytes()).isGreaterThan(4L << 40);
    }

    /** Such a graph ended the process when it ran: "Check failed: dtype() == expected_dtype". */
    @Test
    void refusesAConstantWhoseValueIsOfAnotherType() throws Exception {
        Path model = write(doubling()
                .constant("two", GraphFile.FLOAT, GraphFile.INT32, new byte[4])
                .toSavedModel("serve", "in:0", "out:0", ""));
        assertRefused(
                () -> TestModels.loader(backend, model).describe(), ErrorCode.INVALID_ARGUMENT, "'two'", "DT_INT32");
    }

    @Test
    void asksForAnotherFormOfWhatIsText() throws Exception {
        Files.writeString(folder.resolve("saved_model.pbtxt"), "saved_model_schema_version: 1");
        assertRefused(
                () -> TestModels.loader(backend, folder).describe(),
                ErrorCode.UNIMPLEMENTED,
                "saved_model.pbtxt",
                "saved_model.pb");
    }

    @Test
    void refusesACheckpointThatLacksAVariable() throws Exception {
        TestModels.copy(TestModels.resource("digits"), folder);
        TestModels.copy(TestModels.resource("diabetes").resolve("variables"), folder.resolve("variables"));
        assertRefused(
                () -> TestModels.loader(backend, folder).load(), ErrorCode.INVALID_ARGUMENT, "not found in checkpoint");
        assertThat(backend.report().models()).isZero();
    }

    @Test
    void keepsToDeterminismOrRefusesIt() {
        LoadOptions options = new LoadOptions(true, null, Map.of());
        Path model = TestModels.resource("half-plus-two");
        try (Servable servable = TestModels.loader(backend, model).with(options).load()) {
            assertThat(servable.description().signatures()).isNotEmpty();
        }
        Backend parallel = new TensorFlowProvider().open(new BackendSettings(2, 2));
        assertRefused(
                () -> TestModels.loader(parallel, model).with(options).describe(),
                ErrorCode.INVALID_ARGUMENT,
                "deterministic",
                "2 threads");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "3", "two", "-1"})
    void boundsTheThreadsOfAModel(String threads) {
        Loader loader = TestModels.loader(backend, TestModels.resource("half-plus-two"))
                .with(TestModels.parameter("inter_op_parallelism_threads", threads));
        assertRefused(loader::describe, ErrorCode.INVALID_ARGUMENT, "'" + threads + "'", "1 to 2");
    }

    @Test
    void refusesThreadsThatAllModelsShare() {
        Loader loader = TestModels.loader(backend, TestModels.resource("half-plus-two"))
                .with(TestModels.parameter("intra_op_parallelism_threads", "1"));
        assertRefused(loader::describe, ErrorCode.INVALID_ARGUMENT, "intra_op_parallelism_threads");
    }
}
