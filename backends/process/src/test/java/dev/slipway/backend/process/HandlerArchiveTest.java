package dev.slipway.backend.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.api.BackendSettings;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Loader;
import dev.slipway.api.Servable;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handlers of TorchServe's, without TorchServe. Those that run are skipped where there is no Python. */
@Timeout(120)
class HandlerArchiveTest {
    private static final String FORM = "multipart/form-data; boundary=xx";

    @TempDir
    Path folder;

    private final ProcessBackend backend = new ProcessBackend(new BackendSettings(2));

    @AfterEach
    void close() {
        backend.close();
    }

    private Loader archive(String handler, String code, String more) {
        try {
            Files.createDirectories(folder.resolve("MAR-INF"));
            Files.writeString(folder.resolve(HandlerArchive.MANIFEST), """
                    {"createdOn": "21/11/2026 10:00:00", "runtime": "python", "archiverVersion": "0.12.0", "model":
                    {"modelName": "x", "handler": "%s", "modelVersion": "1.0"%s}}""".formatted(handler, more));
            Files.writeString(folder.resolve("my_handler.py"), code);
            return backend.recognise(folder.resolve("MAR-INF")).orElseThrow();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Servable load(String handler, String code) {
        PythonWorkerTest.python("pass");
        return archive(handler, code, "").load();
    }

    private static List<String> ask(Servable model, String contentType, String... bodies) {
        String[] types = new String[bodies.length];
        java.util.Arrays.fill(types, contentType);
        Map<String, Tensor> outputs = PythonWorkerTest.run(
                model, Map.of("body", PythonWorkerTest.texts(bodies), "content_type", PythonWorkerTest.texts(types)));
        List<String> answers = new ArrayList<>();
        var body = outputs.get("body").data();
        var type = outputs.get("content_type").data();
        while (body.hasRemaining()) {
            answers.add(text(body) + "|" + text(type));
        }
        return answers;
    }

    private static String text(java.nio.ByteBuffer data) {
        byte[] bytes = new byte[data.getInt()];
        data.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void aFunctionIsToldOfTheModelFirstAndThenAsked() {
        try (Servable model = load("my_handler.py:answer", """
                state = {}
                def answer(data, context):
                    if data is None:
                        state["name"] = context.manifest["model"]["modelName"]
                        state["dir"] = context.system_properties.get("model_dir")
                        return None
                    return [state["name"] + str(len(data)) + row.get("body").decode() for row in data]
                """)) {
            assertThat(ask(model, "application/octet-stream", "a")).containsExactly("x1a|");
        }
    }

    @Test
    void severalAreAskedAtOnceWhereTheArchiveSaysSo() throws IOException {
        Files.writeString(folder.resolve("model-config.yaml"), "batchSize: 4\n");
        PythonWorkerTest.python("pass");
        String code =
                "def handle(data, context):\n    return data and [str(len(data)) + row['body'] for row in data]\n";
        try (Servable model = archive("my_handler", code, ", \"configFile\": \"model-config.yaml\"")
                .load()) {
            assertThat(ask(model, "text/plain", "a", "b")).containsExactly("2a|", "2b|");
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"my_handler.py", "my_handler", "my_handler:handle"})
    void aClassIsInitialisedAndAsked(String handler) {
        try (Servable model =
                load(handler, """
                import os
                class Base:
                    pass
                class Handler(Base):
                    def initialize(self, context):
                        self.files = sorted(os.listdir(context.system_properties.get("model_dir")))
                    def handle(self, data, context):
                        return [{"files": self.files} for _ in data]
                """.replace("class Base:\n    pass\n", "").replace("(Base)", ""))) {
            String answer = ask(model, "", "a").get(0);
            assertThat(answer).contains("\"my_handler.py\"", "\"MAR-INF\"").endsWith("|application/json");
        }
    }

    @Test
    void aClassOfStepsIsRunStepByStep() {
        try (Servable model = load("my_handler.py", """
                class Handler:
                    def preprocess(self, data):
                        return [len(row["body"]) for row in data]
                    def inference(self, lengths):
                        return [2 * length for length in lengths]
                    def postprocess(self, results):
                        return results
                """)) {
            assertThat(ask(model, "", "four")).containsExactly("8|application/json");
        }
    }

    @ParameterizedTest(name = "{0} of {1}: {2}")
    @CsvSource(
            delimiter = ';',
            value = {
                "application/json; {\"a\": [1, 2]}; {'body': {'a': [1, 2]}}",
                "application/json; no json; {'body': bytearray(b'no json')}",
                "text/plain; hello; {'body': 'hello'}",
                "image/png; x; {'body': bytearray(b'x')}",
                "application/x-www-form-urlencoded; data=a%20b&n=1; {'data': b'a b', 'n': b'1'}",
                "application/x-www-form-urlencoded; {\"a\": 1}; {'body': bytearray(b'{\"a\": 1}')}"
            })
    void theDataIsAsTorchServeHandsItOn(String contentType, String body, String expected) {
        try (Servable model =
                load("my_handler.py", "def handle(data, context):\n    return data and [repr(data[0])]\n")) {
            assertThat(ask(model, contentType, body)).containsExactly(expected + "|");
        }
    }

    @Test
    void aFormsFieldsAreThoseOfTheData() {
        String part = "--xx\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n%s\r\n%s\r\n";
        String body = part.formatted(
                        "data", "; filename=\"a.bin\"", "Content-Type: application/octet-stream\r\n", "\u0001 bytes")
                + part.formatted("note", "", "", "größer") + "--xx--\r\n";
        try (Servable model = load("my_handler.py", """
                def handle(data, context):
                    return data and ["%s %s" % (bytes(data[0]["data"]), bytes(data[0]["note"]).decode())]
                """)) {
            assertThat(ask(model, FORM, body)).containsExactly("b'\\x01 bytes' größer|");
        }
    }

    @Test
    void bytesTextAndAContentTypeGoAsTheHandlerSays() {
        try (Servable model = load("my_handler.py", """
                def handle(data, context):
                    if data is None:
                        return
                    context.set_response_content_type(0, "image/svg+xml")
                    return [b"<svg/>"]
                """)) {
            assertThat(ask(model, "", "a")).containsExactly("<svg/>|image/svg+xml");
        }
    }

    @Test
    void aStatusThatTheHandlerSetsIsTheErrorsCategory() {
        try (Servable model = load("my_handler.py", """
                def handle(data, context):
                    if data is None:
                        return
                    context.set_response_status(code=404, phrase="no such cat", idx=0)
                    return ["?"]
                """)) {
            SlipwayException failure = catchThrowableOfType(SlipwayException.class, () -> ask(model, "", "a"));
            assertThat(failure.code()).isEqualTo(ErrorCode.NOT_FOUND);
            assertThat(failure).hasMessage("no such cat");
        }
    }

    @Test
    void anAnswerOfAnotherLengthIsRefused() {
        try (Servable model = load("my_handler.py", "def handle(data, context):\n    return data and [1, 2]\n")) {
            SlipwayException failure = catchThrowableOfType(SlipwayException.class, () -> ask(model, "", "a"));
            assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL);
            assertThat(failure).hasMessageContaining("number of batch response mismatched, expect: 1, got: 2.");
        }
    }

    @Test
    void aHandlerThatNeedsWhatIsNotThereSaysSoInPythonsWords() {
        SlipwayException failure = catchThrowableOfType(
                SlipwayException.class,
                () -> load("my_handler.py", "import no_such_torch\n").close());
        assertThat(failure).hasMessageContaining("ModuleNotFoundError: No module named 'no_such_torch'");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"", "object_detector", "other.py", "../my_handler.py", "/etc/hostname"})
    void aHandlerThatIsNotInTheArchiveIsRefused(String handler) {
        assertThatThrownBy(() -> archive(handler, "", "").describe())
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining("MAR-INF/MANIFEST.json: model: handler: ")
                .hasMessageContaining("expected: a file of Python in the archive");
    }

    private static Shape shape(Loader loader) {
        Signature signature = loader.describe().signatures().get(Signature.DEFAULT);
        return signature.input("body").orElseThrow().shape();
    }

    @Test
    void theModelsConfigurationSaysHowManyWorkersThereAre() throws IOException {
        Files.writeString(folder.resolve("model-config.yaml"), "minWorkers: 3\nresponseTimeout: 7\nbatchSize: 4\n");
        Loader loader = archive("my_handler", "", ", \"configFile\": \"model-config.yaml\"");
        assertThat(loader.describe().metadata()).containsEntry("workers", "3");
        assertThat(HandlerArchive.read(folder).times().response()).hasSeconds(7);
        assertThat(loader.describe().platform()).isEqualTo("process_mar");
        assertThat(shape(loader)).isEqualTo(Shape.of(-1));
        assertThat(shape(archive("my_handler", "", ""))).as("one by one").isEqualTo(Shape.of(1));
        assertThat(loader.runsCode()).isTrue();
    }
}
