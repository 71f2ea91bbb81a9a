package dev.slipway.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.SlipwayException;
import dev.slipway.transforms.OutputSettings;
import dev.slipway.transforms.output.Clamp;
import dev.slipway.transforms.output.Decode;
import dev.slipway.transforms.output.Softmax;
import dev.slipway.transforms.output.TopK;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputConfigTest {
    private static List<OutputSettings> read(String output) {
        return ConfigYaml.parse("x", "models:\n  m:\n    path: /m\n    output: " + output + "\n", Path.of("/srv"))
                .serving()
                .models()
                .get("m")
                .form()
                .chain()
                .outputs();
    }

    private static OutputSettings unnamed(OutputSettings.Operation... operations) {
        return new OutputSettings("", "", List.of(operations), null);
    }

    @Test
    void theShortFormsMeanTheOnlyOutput() {
        assertThat(read("softmax")).containsExactly(unnamed(new Softmax()));
        assertThat(read("[softmax, {top_k: 5}]")).containsExactly(unnamed(new Softmax(), new TopK(5)));
        assertThat(read("{top_k: 5, classes: c.txt}"))
                .containsExactly(new OutputSettings("", "", List.of(new TopK(5)), Path.of("c.txt")));
        assertThat(read("{from: logits, apply: decode}"))
                .containsExactly(new OutputSettings("", "logits", List.of(new Decode()), null));
        assertThat(read("none")).isEmpty();
    }

    @Test
    void aListSaysAllOutputs() {
        assertThat(read("""

                      - {name: p, from: logits, apply: [softmax, {top_k: 2}], classes: c.txt}
                      - {name: age, clamp: [0, 120.5]}
                """))
                .containsExactly(
                        new OutputSettings("p", "logits", List.of(new Softmax(), new TopK(2)), Path.of("c.txt")),
                        new OutputSettings("age", "", List.of(new Clamp(0, 120.5)), null));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            softmix                           | x:4: models.m.output: 'softmix' (expected: an operation such as softmax
            {top_k: 0}                        | x:4: models.m.output.top_k: 0 (expected: a whole number from 1 to 10000)
            {clamp: [1, 0]}                   | x:4: models.m.output.clamp: [1, 0] (expected: the least and the most
            [{top_k: 1}, softmax]             | comes after top_k, which makes two outputs (expected: top_k as the last)
            {apply: [softmax], top_k: 2}      | stands beside apply (expected: within its list)
            {names: p}                        | unknown key 'names' (nearest: name)
            [{name: p}, softmax]              | softmax' (expected: keys of an output, such as name and apply)
            {apply: [{softmax: 1}]}           | unknown key 'softmax'
            {apply: [soft]}                   | soft' (expected: one of softmax, probabilities, sigmoid, argmax, decode
            """)
    void whatCanNotBeMeantIsToldOfWithItsLine(String output, String part) {
        assertThatThrownBy(() -> read(output))
                .isInstanceOf(SlipwayException.class)
                .hasMessageContaining(part);
    }
}
