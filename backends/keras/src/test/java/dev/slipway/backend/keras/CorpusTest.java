package dev.slipway.backend.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.api.Backend;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Servable;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Other people's models, with the answers that they published; skipped where the corpus is not there. */
class CorpusTest {
    private final Path corpus = Fixtures.corpus();

    @TempDir
    Path folder;

    @BeforeEach
    void hasCorpus() {
        assumeTrue(Files.isDirectory(corpus), "no corpus of models here");
    }

    /** Answers in src/test/resources/corpus: Keras 3.15's own where it opens the file, with Keras 2's hard_sigmoid; else NumPy's. */
    @Test
    void answersAsTheFrameworkDoes() throws Exception {
        Map<String, Object> faults = new TreeMap<>();
        int cases = 0;
        try (Backend backend = Fixtures.open();
                Stream<Path> answers = Files.list(Fixtures.models().resolveSibling("corpus"))) {
            for (Path answer : answers.sorted().toList()) {
                String name = answer.getFileName().toString().replace(".json", "");
                try (Servable servable = load(backend, corpus.resolve("keras").resolve(name))) {
                    List<String> differences = Fixtures.Case.read(answer).differences(servable);
                    cases++;
                    if (!differences.isEmpty()) {
                        faults.put(name, differences);
                    }
                }
            }
        }
        assertThat(faults).isEmpty();
        assertThat(cases).isGreaterThan(20);
    }

    @ParameterizedTest
    @CsvSource({
        "dl4j-simple-lstm-tf-keras-1, lstm_input_1, dense_1",
        "dl4j-simple-rnn-tf-keras-2, simple_rnn_input_1, dense_1"
    })
    void answersAsPublished(String name, String input, String output) throws Exception {
        Path model = corpus.resolve("keras").resolve(name);
        Fixtures.Case published;
        try (Hdf vectors = Hdf.open(model.resolve("io/inputs_and_outputs.h5"), 0, -1)) {
            List<String> inputs = vectors.children("inputs");
            assertThat(inputs).hasSize(1);
            published = new Fixtures.Case(
                    List.of(tensor(vectors, "inputs/" + inputs.get(0))),
                    List.of(tensor(vectors, "predictions/" + output)));
        }
        // The same, whole and with the architecture beside the weights.
        Path apart = Files.createDirectories(folder.resolve("apart"));
        Files.copy(model.resolve("config.json"), apart.resolve("config.json"));
        Files.copy(model.resolve("weights.h5"), apart.resolve("weights.h5"));
        try (Backend backend = Fixtures.open()) {
            for (Path path : List.of(model, apart)) {
                try (Servable servable = load(backend, path)) {
                    assertThat(published.differences(servable)).as("%s", path).isEmpty();
                }
            }
        }
    }

    private static Tensor tensor(Hdf file, String path) {
        Weight weight = file.weight(path).orElseThrow();
        float[] floats = weight.read();
        double[] values = new double[floats.length];
        Arrays.setAll(values, i -> floats[i]);
        return Fixtures.floats(weight.dims(), values);
    }

    @Test
    void answersAPictureAsPublished() throws Exception {
        Path model = corpus.resolve("keras/dl4j-cnn-tf");
        double[] picture = numbers(model.resolve("io/input.txt"));
        double[] turned = new double[picture.length];
        for (int channel = 0; channel < 3; channel++) {
            for (int place = 0; place < 64; place++) {
                turned[place * 3 + channel] = picture[channel * 64 + place];
            }
        }
        double[] answer = numbers(model.resolve("io/output.txt"));
        Fixtures.Case published = new Fixtures.Case(
                List.of(Fixtures.floats(new long[] {1, 8, 8, 3}, turned)),
                List.of(Fixtures.floats(new long[] {1, answer.length}, answer)));
        try (Backend backend = Fixtures.open();
                Servable servable = load(backend, model)) {
            assertThat(published.differences(servable)).isEmpty();
        }
    }

    private static double[] numbers(Path file) throws Exception {
        return Arrays.stream(Files.readString(file).trim().split("[\\s,]+"))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1/model.keras", "1/model.h5", "2/model.keras", "2/model.h5", "1", "2"})
    void answersAsTheTrainingFrameworkDid(String path) throws Exception {
        Path model = corpus.resolve("trained/keras/digits").resolve(path);
        Path io = (Files.isDirectory(model) ? model : model.getParent()).resolve("io.json");
        Map<String, Object> said = Json.read(Files.readString(io), io.toString());
        List<Double> rows = new ArrayList<>();
        flat(said.get("rows"), rows);
        List<Double> answers = new ArrayList<>();
        flat(said.get("expected"), answers);
        int count = ((List<?>) said.get("rows")).size();
        Fixtures.Case expected = new Fixtures.Case(
                List.of(Fixtures.floats(new long[] {count, 8, 8, 1}, array(rows))),
                List.of(Fixtures.floats(new long[] {count, 10}, array(answers))));
        try (Backend backend = Fixtures.open();
                Servable servable = load(backend, model)) {
            assertThat(expected.differences(servable)).isEmpty();
            assertThat(servable.description()
                            .signatures()
                            .get("serving_default")
                            .inputs()
                            .get(0)
                            .name())
                    .isEqualTo(said.get("input"));
            assertThat(servable.description()
                            .signatures()
                            .get("serving_default")
                            .outputs()
                            .get(0)
                            .name())
                    .isEqualTo(said.get("output"));
        }
    }

    private static void flat(Object value, List<Double> to) {
        if (value instanceof List<?> list) {
            list.forEach(item -> flat(item, to));
        } else {
            to.add(((Number) value).doubleValue());
        }
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(value -> value).toArray();
    }

    @Test
    void describesEveryModelAndRefusesTheRest() throws Exception {
        Map<String, String> refused = new TreeMap<>();
        try (Backend backend = Fixtures.open();
                Stream<Path> models = Files.list(corpus.resolve("keras"))) {
            for (Path model : models.toList()) {
                try {
                    backend.recognise(model).orElseThrow().describe();
                } catch (SlipwayException e) {
                    refused.put(model.getFileName().toString(), e.getMessage());
                }
            }
        }
        assertThat(refused).containsOnlyKeys("dtln-norm-40h-weights");
        assertThat(refused.get("dtln-norm-40h-weights")).contains("weights only");
    }

    @Test
    void refusesAFileThatIsCut() {
        try (Backend backend = Fixtures.open()) {
            assertThatThrownBy(() -> backend.recognise(corpus.resolve("bad/keras-truncated-h5"))
                            .orElseThrow()
                            .describe())
                    .isInstanceOfSatisfying(
                            SlipwayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                    .hasMessageContaining("model.h5")
                    .hasMessageContaining("HDF5");
        }
    }

    private static Servable load(Backend backend, Path path) {
        return backend.recognise(path).orElseThrow().load();
    }
}
