package dev.slipway.backend.pmml;

import static dev.slipway.backend.pmml.TestModels.doubles;
import static dev.slipway.backend.pmml.TestModels.numbers;
import static dev.slipway.backend.pmml.TestModels.request;
import static dev.slipway.backend.pmml.TestModels.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.api.Backend;
import dev.slipway.api.DType;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.Servable;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Other people's documents; skipped where the corpus is not there. */
class CorpusTest {
    /** Models that must be refused, and a word of the reason. */
    private static final Map<String, String> REFUSED = Map.of(
            "jpmml-collection-verification", "AssociationModel",
            "openscoring-linear-auto", "x-report",
            "pmml4s-dmg-association-exclusive-recommendation", "AssociationModel",
            "pmml4s-dmg-association-rule-association", "AssociationModel");

    private final Path corpus = TestModels.corpus();
    private final Backend backend = TestModels.open();

    @AfterEach
    void close() {
        backend.close();
    }

    @Test
    void answersOrSaysWhyNot() throws Exception {
        Map<String, String> refused = new TreeMap<>();
        int answered = 0;
        try (Stream<Path> models = Files.list(corpus.resolve("pmml"))) {
            for (Path model : models.sorted().toList()) {
                String name = model.getFileName().toString();
                try (Servable servable = TestModels.load(backend, model)) {
                    Signature signature = servable.description().signatures().get(Signature.DEFAULT);
                    Map<String, Tensor> inputs = new LinkedHashMap<>();
                    for (TensorSpec spec : signature.inputs()) {
                        inputs.put(
                                spec.name(),
                                switch (spec.dtype()) {
                                    case STRING -> texts("x", "");
                                    case FP32 -> TestModels.floats(1, Double.NaN);
                                    default -> doubles(1, Double.NaN);
                                });
                    }
                    try (InferenceResult result = servable.run(request(inputs))) {
                        assertThat(result.outputs()).as(name).hasSameSizeAs(signature.outputs());
                        answered++;
                    }
                } catch (SlipwayException e) {
                    refused.put(name, e.getMessage());
                }
            }
        }
        System.out.println("corpus: " + answered + " PMML documents answered; refused: " + refused);
        assertThat(refused.keySet()).isEqualTo(new TreeMap<>(REFUSED).keySet());
        refused.forEach((name, reason) -> assertThat(reason).contains(REFUSED.get(name)));
        assertThat(answered).isGreaterThanOrEqualTo(42);
    }

    @ParameterizedTest
    @CsvSource({
        "jpmml-decisiontree-iris, ',', 150",
        "openscoring-decisiontree-iris, '\t', 10",
    })
    void answersAsExpected(String name, String separator, int rowsMin) throws Exception {
        Path folder = corpus.resolve("pmml").resolve(name);
        Map<String, List<String>> in = columns(folder.resolve("io/input.csv"), separator);
        Map<String, List<String>> out = columns(folder.resolve("io/expected.csv"), separator);
        try (Servable servable = TestModels.load(backend, folder)) {
            Signature signature = servable.description().signatures().get(Signature.DEFAULT);
            Map<String, Tensor> inputs = new LinkedHashMap<>();
            for (TensorSpec spec : signature.inputs()) {
                inputs.put(
                        spec.name(),
                        doubles(in.get(spec.name()).stream()
                                .mapToDouble(Double::parseDouble)
                                .toArray()));
            }
            try (InferenceResult result = servable.run(request(inputs))) {
                int checked = 0;
                for (Map.Entry<String, List<String>> column : out.entrySet()) {
                    Tensor answer = result.outputs().get(column.getKey());
                    if (answer == null) {
                        continue;
                    }
                    checked++;
                    assertThat(column.getValue()).hasSizeGreaterThanOrEqualTo(rowsMin);
                    if (answer.dtype() == DType.STRING) {
                        assertThat(texts(answer)).isEqualTo(column.getValue());
                    } else {
                        double[] found = numbers(answer);
                        for (int row = 0; row < found.length; row++) {
                            assertThat(found[row])
                                    .isCloseTo(
                                            Double.parseDouble(column.getValue().get(row)), within(1e-9));
                        }
                    }
                }
                assertThat(checked).isGreaterThanOrEqualTo(4);
            }
        }
    }

    @Test
    void answersKServesExample() {
        try (Servable servable = TestModels.load(backend, corpus.resolve("pmml/kserve-iris"));
                InferenceResult result = servable.run(request(Map.of(
                        "Sepal_Length", doubles(5.1),
                        "Sepal_Width", doubles(3.5),
                        "Petal_Length", doubles(1.4),
                        "Petal_Width", doubles(0.2))))) {
            assertThat(texts(result.outputs().get("Species"))).containsExactly("setosa");
            assertThat(numbers(result.outputs().get("Probability_setosa"))).containsExactly(1);
            assertThat(texts(result.outputs().get("Node_Id"))).containsExactly("2");
        }
    }

    /** Another library refuses it; PMML4S's own tests have this answer. */
    @Test
    void answersAnIsolationForest() {
        try (Servable servable = TestModels.load(backend, corpus.resolve("bad/pmml-anomaly-iforest"));
                InferenceResult result = servable.run(request(Map.of(
                        "petal_length", doubles(1.5), "petal_width", doubles(5.8), "sepal_length", doubles(4.6))))) {
            assertThat(numbers(result.outputs().get("anomalyScore"))[0]).isCloseTo(0.3525574921994582, within(1e-7));
            assertThat(texts(result.outputs().get("anomaly"))).containsExactly("true");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "pmml-billion-laughs, document type",
        "pmml-xxe, document type",
        "pmml-malformed, cut short",
        "pmml-https-namespace, namespace 'https:",
    })
    void refusesBadOnes(String name, String reason) {
        Throwable thrown =
                catchThrowable(() -> backend.recognise(corpus.resolve("bad").resolve(name))
                        .orElseThrow()
                        .describe());
        assertThat(thrown).isInstanceOf(SlipwayException.class).hasMessageContaining(reason);
        assertThat(thrown.getMessage()).doesNotContain("\n");
    }

    @Test
    void leavesOpenVinosXmlAlone() throws Exception {
        assertThat(backend.recognise(corpus.resolve("other/ovms-openvino-ir"))).isEmpty();
    }

    private static Map<String, List<String>> columns(Path file, String separator) throws Exception {
        List<String> lines = Files.readAllLines(file);
        String[] names = lines.get(0).split(separator, -1);
        Map<String, List<String>> columns = new LinkedHashMap<>();
        for (String name : names) {
            columns.put(name, new ArrayList<>());
        }
        for (String line : lines.subList(1, lines.size())) {
            String[] values = line.split(separator, -1);
            for (int i = 0; i < names.length; i++) {
                columns.get(names[i]).add(values[i]);
            }
        }
        return columns;
    }
}
