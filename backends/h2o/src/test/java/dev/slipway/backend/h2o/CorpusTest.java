package dev.slipway.backend.h2o;

import static dev.slipway.backend.h2o.TestModels.doubles;
import static dev.slipway.backend.h2o.TestModels.numbers;
import static dev.slipway.backend.h2o.TestModels.request;
import static dev.slipway.backend.h2o.TestModels.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.api.Backend;
import dev.slipway.api.DType;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.Servable;
import dev.slipway.api.Signature;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Another's MOJO; skipped where the corpus is not there. */
class CorpusTest {
    @Test
    void answersAsExpected() throws Exception {
        Path folder = TestModels.corpus().resolve("other/h2o-mojo-gbm-audit");
        List<String[]> in = rows(folder.resolve("io/Audit.csv"));
        List<String[]> out = rows(folder.resolve("io/expected.csv"));
        List<String> columns = Arrays.asList(in.get(0));
        try (Backend backend = TestModels.open();
                Servable servable = TestModels.load(backend, folder)) {
            Signature signature = servable.description().signatures().get(Signature.DEFAULT);
            assertThat(signature.outputs().stream().map(TensorSpec::name)).containsExactly("predict", "p0", "p1");
            Map<String, Tensor> inputs = new LinkedHashMap<>();
            for (TensorSpec spec : signature.inputs()) {
                List<String> values = in.subList(1, in.size()).stream()
                        .map(row -> row[columns.indexOf(spec.name())])
                        .map(value -> value.equals("NA") ? "" : value)
                        .toList();
                inputs.put(
                        spec.name(),
                        spec.dtype() == DType.STRING
                                ? texts(values.toArray(new String[0]))
                                : doubles(values.stream()
                                        .mapToDouble(value -> value.isEmpty() ? Double.NaN : Double.parseDouble(value))
                                        .toArray()));
            }
            try (InferenceResult result = servable.run(request(inputs))) {
                List<String> labels = texts(result.outputs().get("predict"));
                double[] zero = numbers(result.outputs().get("p0"));
                double[] one = numbers(result.outputs().get("p1"));
                for (int row = 0; row < labels.size(); row++) {
                    String[] expected = out.get(row + 1);
                    // H2O asks for the probability that gave the best F1, not for 0.5, as the first column does.
                    assertThat(labels.get(row)).as("row %d", row).isEqualTo(expected[1]);
                    assertThat(zero[row]).isCloseTo(Double.parseDouble(expected[2]), within(1e-9));
                    assertThat(one[row]).isCloseTo(Double.parseDouble(expected[3]), within(1e-9));
                }
                System.out.println("corpus: h2o-mojo-gbm-audit answers " + labels.size() + " rows as expected");
                assertThat(labels).hasSize(out.size() - 1);
            }
        }
    }

    private static List<String[]> rows(Path file) throws Exception {
        return Files.readAllLines(file).stream()
                .map(line -> line.split(",", -1))
                .toList();
    }
}
